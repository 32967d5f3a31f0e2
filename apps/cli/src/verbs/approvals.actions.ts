import { answer, connect } from '../connection';
import { dim, print, printJson, safe } from '../output';
import { type DataOptions } from './options';
import { table } from './table';

export const listApprovals = async (options: DataOptions): Promise<void> => {
  const waiting = await answer(connect(options).api.GET('/api/v1/approvals'));
  if (options.json) return printJson(waiting);
  if (waiting.length === 0) return print(dim('nothing waits for approval'));
  const rows = table('id', 'by', 'runbook', 'hosts', 'why it needs approval', 'reason', 'until');
  for (const { id, requestedBy, runbook, hosts, reason, approval } of waiting)
    rows.push([
      ...[id, safe(requestedBy), runbook, hosts],
      ...[(approval?.needs ?? []).join('; '), safe(reason), approval?.expiresAt ?? ''],
    ]);
  print(rows.toString());
};

export const decide = async (
  id: string,
  decision: 'approve' | 'reject',
  options: DataOptions & { reason: string },
): Promise<void> => {
  const { api } = connect(options);
  const call = { params: { path: { id } }, body: { reason: options.reason } };
  const decided = await answer(
    decision === 'approve'
      ? api.POST('/api/v1/approvals/{id}/approve', call)
      : api.POST('/api/v1/approvals/{id}/reject', call),
  );
  if (options.json) printJson(decided);
  else print(decision === 'approve' ? `it runs; follow it with: fleetscope show ${id}` : 'rejected');
};
