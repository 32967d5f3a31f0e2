import { type ApprovalView, type InvestigationView } from '@fleetscope/contracts';
import { TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { wordsOf } from '../../api/problem';
import { investigationKey, investigationsQuery, meQuery } from '../../api/queries';
import { approvalsQuery } from '../../api/room-queries';
import { useMay } from '../../app/session';
import { formatClock } from '../../components/format';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import css from './approval-section.module.css';

interface Props {
  investigation: InvestigationView;
  approval: ApprovalView;
}

/** A request that waits for somebody else's word: what for, who may give it, and giving it. */
export const ApprovalSection = ({ investigation, approval }: Props) => {
  const now = useNow(10_000);
  const { data: me } = useQuery(meQuery);
  const isCommander = useMay('commander');
  const isOwn = me?.name === investigation.requestedBy;
  if (approval.state !== 'awaiting') return null;
  return (
    <section className={css.section} aria-label="Approval">
      <h2>Awaits approval</h2>
      <p>
        Nothing of it starts before a commander other than {visibleText(investigation.requestedBy)} approves it:{' '}
        {approval.needs.map(visibleText).join('; ')}. The request ends {formatClock(approval.expiresAt, now)}.
      </p>
      {isCommander && !isOwn && <Decision id={investigation.id} />}
      {isCommander && isOwn && <p className="dim">You asked for it, so somebody else has to decide.</p>}
    </section>
  );
};

/** Approving or rejecting a request, with the reason that the audit log keeps. */
export const Decision = ({ id }: { id: string }) => {
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: async ({ isApproved, reason }: { isApproved: boolean; reason: string }) => {
      const call = { params: { path: { id } }, body: { reason } };
      if (isApproved) await unwrap(client.POST('/api/v1/approvals/{id}/approve', call));
      else await unwrap(client.POST('/api/v1/approvals/{id}/reject', call));
    },
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: investigationKey(id) }),
        queries.invalidateQueries({ queryKey: approvalsQuery.queryKey }),
        queries.invalidateQueries({ queryKey: investigationsQuery.queryKey }),
      ]),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const { submitter } = event.nativeEvent as SubmitEvent;
    const reason = String(new FormData(event.currentTarget).get('reason') ?? '').trim();
    decide.mutate({ isApproved: submitter?.getAttribute('value') === 'approve', reason });
  };
  return (
    <form onSubmit={onSubmit} className={css.form}>
      <TextInput name="reason" label="Why" required minLength={3} maxLength={500} />
      <button type="submit" value="approve" className="btn primary" disabled={decide.isPending}>
        Approve
      </button>
      <button type="submit" value="reject" className="btn" disabled={decide.isPending}>
        Reject
      </button>
      {decide.error && (
        <p className="crit" role="alert">
          {wordsOf(decide.error)}
        </p>
      )}
    </form>
  );
};
