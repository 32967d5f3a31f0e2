import { useQuery } from '@tanstack/react-query';
import { runbooksQuery } from '../../api/queries';
import { useLaunch } from '../../app/launch-context';
import { useMay } from '../../app/session';
import { listed } from '../../components/format';
import css from './next-button.module.css';

interface Props {
  runbook: string;
  hosts: readonly string[];
  reason: string;
  withHosts?: boolean;
  prominent?: boolean;
}

/** The next step: a button where the runbook can be started, else its name. */
export const NextButton = ({ runbook, hosts, reason, withHosts = false, prominent = false }: Props) => {
  const launch = useLaunch();
  const mayLaunch = useMay('operator');
  const { data } = useQuery(runbooksQuery);
  const known = data?.find(({ id, aliases }) => id === runbook || aliases.includes(runbook));
  const on = withHosts && hosts.length > 0 ? ` on ${listed(hosts, 2)}` : '';
  if (!known || !mayLaunch) {
    return (
      <span className="faint">
        {prominent ? runbook : `next: ${runbook}`}
        {data && <small className={css.why}>{known ? 'your role may not start it' : 'not in the catalogue'}</small>}
      </span>
    );
  }
  return (
    <button
      type="button"
      className={prominent ? 'btn primary small' : 'link'}
      title={known.title}
      onClick={() => launch({ runbook: known.id, hosts, reason })}
    >
      {known.id}
      {on} ▸
    </button>
  );
};
