import { type RuleDetail, type ThresholdUpdate } from '@fleetscope/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { hostsQuery } from '../../api/queries';
import { rulesQuery } from '../../api/room-queries';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { facets } from '../../components/select-hosts';
import css from '../../components/room.module.css';

/** Bounds of a class or a host. What is left empty goes back to what holds without them. */
export const ThresholdForm = ({ rule }: { rule: RuleDetail }) => {
  const queries = useQueryClient();
  const { data: hosts } = useQuery(hostsQuery);
  const [scope, setScope] = useState<'class' | 'host'>('class');
  const change = useMutation({
    mutationFn: (body: ThresholdUpdate) =>
      unwrap(client.PUT('/api/v1/rules/{rule}/thresholds', { params: { path: { rule: rule.id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: rulesQuery.queryKey }),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    const values = rule.thresholds.map(({ name }) => {
      const given = text(`bound-${name}`);
      return [name, given === '' ? null : Number(given.replace(',', '.'))] as const;
    });
    change.mutate({ scope, name: text('name'), values: Object.fromEntries(values), reason: text('reason') });
  };
  const names = scope === 'class' ? facets(hosts ?? []).classes.map(([name]) => name) : hosts?.map(({ name }) => name);
  return (
    <>
      <h3 className="sec">Set for a class or a host</h3>
      <form className={css.form} onSubmit={onSubmit}>
        <label>
          For
          <select
            className="field"
            value={scope}
            onChange={(event) => setScope(event.currentTarget.value === 'host' ? 'host' : 'class')}
          >
            <option value="class">a class</option>
            <option value="host">a host</option>
          </select>
        </label>
        <label>
          Which
          <input className="field" name="name" list="threshold-names" required autoComplete="off" />
          <datalist id="threshold-names">
            {names?.slice(0, 200).map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </label>
        {rule.thresholds.map(({ name, default: usual, unit, min, max }) => (
          <label key={name}>
            {name} {unit !== '1' && `in ${unit}`}
            <input
              className="field"
              name={`bound-${name}`}
              inputMode="decimal"
              pattern="-?[0-9]+([.,][0-9]+)?"
              placeholder={`as elsewhere (${usual})`}
              title={`a number from ${min} to ${max}; empty for what holds elsewhere`}
            />
          </label>
        ))}
        <label className={css.whole}>
          Why
          <input className="field" name="reason" maxLength={500} placeholder="backups run there all night" />
        </label>
        <FormEnd error={change.error} isPending={change.isPending} submit="Set these bounds">
          {change.isSuccess && (
            <p className="dim" role="status">
              Set. Findings from now on are judged by it; earlier ones stay as they are.
            </p>
          )}
        </FormEnd>
      </form>
    </>
  );
};
