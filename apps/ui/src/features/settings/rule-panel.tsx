import { type RuleDetail, type ThresholdChangeView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { ruleQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { formatAgo, formatClock, formatValue } from '../../components/format';
import { SidePanel } from '../../components/side-panel';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { ThresholdForm } from './threshold-form';
import css from '../../components/room.module.css';

/** One rule: why it matters, its bounds, who has others, and every change. */
export const RulePanel = ({ rule, onClose }: { rule: string; onClose(): void }) => {
  const { data, error } = useQuery(ruleQuery(rule));
  const mayChange = useMay('commander');
  const now = useNow(30_000);
  return (
    <SidePanel label={`Rule ${rule}`} title={data?.title ?? rule} onClose={onClose}>
      {error && (
        <p className="crit" role="alert">
          {wordsOf(error)}
        </p>
      )}
      {data && (
        <>
          <p className="dim">
            {data.id} v{data.version} · {data.resource} {data.aspect} · reads {data.metrics.join(', ')}
          </p>
          <p>{data.why}</p>
          {data.next && <p className="dim">Next step: {data.next}</p>}
          <Bounds rule={data} />
          {data.overridden.length > 0 && (
            <>
              <h3 className="sec">Classes and hosts with bounds of their own</h3>
              <Changes changes={data.overridden} rule={data} now={now} />
            </>
          )}
          {mayChange && data.thresholds.length > 0 && <ThresholdForm rule={data} />}
          {data.history.length > 0 && (
            <>
              <h3 className="sec">Every change</h3>
              <Changes changes={data.history} rule={data} now={now} />
            </>
          )}
        </>
      )}
    </SidePanel>
  );
};

const Bounds = ({ rule: { thresholds } }: { rule: RuleDetail }) => {
  if (thresholds.length === 0) return <p className="dim">This rule has no bounds to set.</p>;
  return (
    <>
      <h3 className="sec">Bounds where nothing else is set</h3>
      <table className={css.plain}>
        <tbody>
          {thresholds.map(({ name, default: usual, unit, min, max }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatValue(usual, unit)}</td>
              <td className="dim">
                may be {formatValue(min, unit)} to {formatValue(max, unit)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
};

const Changes = ({
  changes,
  rule,
  now,
}: {
  changes: readonly ThresholdChangeView[];
  rule: RuleDetail;
  now: number;
}) => {
  const unitOf = (name: string): string | null => rule.thresholds.find((one) => one.name === name)?.unit ?? null;
  return (
    <table className={css.plain}>
      <tbody>
        {changes.map(({ version, scope, name, values, reason, changedBy, changedAt }) => (
          <tr key={version}>
            <th scope="row">
              {scope} {name}
              <small title={formatClock(changedAt, now)}>
                version {version}, {formatAgo(changedAt, now)}
              </small>
            </th>
            <td>
              {Object.entries(values).length === 0
                ? 'back to what holds otherwise'
                : Object.entries(values)
                    .map(([bound, value]) => `${bound} ${formatValue(value, unitOf(bound))}`)
                    .join(', ')}
              <small>
                {visibleText(changedBy)}
                {reason && `: ${visibleText(reason)}`}
              </small>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
