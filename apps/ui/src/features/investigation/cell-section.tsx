import { METRICS, type RunDetail } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { peersQuery } from '../../api/queries';
import { Evidence } from '../../components/evidence';
import { formatValue, valueParts } from '../../components/format';
import { type CellDetail } from './cell-detail';
import { CellSeries } from './cell-series';
import { FindingItem } from './finding-item';
import { resourceTitle, stateWords } from './matrix';
import { NextButton } from './next-button';
import { PeerPlot } from './peer-plot';
import { peerStrip } from './peers';
import css from './cell-section.module.css';

interface Props {
  cell: CellDetail;
  run: RunDetail;
  /** Whether more hosts may still answer. */
  isRunning: boolean;
  onRaw(step: string): void;
}

const PEERS_EVERY_MS = 5_000;

/** One cell as a door: the number, its threshold, its peers, the lines it was read from, why it matters, what next. */
export const CellSection = ({ cell, run, isRunning, onRaw }: Props) => {
  const { line, outcome } = cell;
  const [finding, ...more] = cell.findings;
  const state = line?.state ?? 'none';
  const instance = finding?.instance ?? line?.instance ?? null;
  const value = finding ? finding.value : (line?.value ?? null);
  const unit = finding ? finding.unit : (line?.unit ?? null);
  const threshold = finding?.threshold ?? outcome?.threshold ?? null;
  const metric = finding?.metric ?? line?.metric ?? null;
  const rule = finding?.rule ?? line?.rule ?? null;
  const number = valueParts(value, unit);
  const { data: peers } = useQuery({
    ...peersQuery(run.id, cell.resource, cell.aspect, isRunning),
    enabled: value !== null,
    refetchInterval: isRunning && PEERS_EVERY_MS,
  });
  const strip = line && peers && line.rule === rule ? peerStrip(peers, line, threshold) : null;
  const evidence = finding?.evidence ?? outcome?.evidence ?? [];
  return (
    <section className={css.cell} aria-label={`${resourceTitle(cell.resource)} ${cell.aspect}`}>
      <h3>
        {resourceTitle(cell.resource)}
        {instance && ` · ${instance}`} · {cell.aspect}{' '}
        <span className={state === 'crit' || state === 'warn' ? state : 'dim'}>{stateWords[state]}</span>
      </h3>
      <p className={css.rule}>
        {[
          metric,
          rule && `rule ${rule}${finding ? ` v${finding.ruleVersion}` : ''}`,
          threshold !== null && `bound ${formatValue(threshold, unit)}`,
        ]
          .filter(Boolean)
          .join(' · ') || 'no rule judged this'}
      </p>
      {value !== null && (
        <p className={css.big}>
          {number.number}
          <small>
            {number.unit && ` ${number.unit}`}
            <span>{metric ? METRICS.get(metric)?.title : line?.label}</span>
          </small>
        </p>
      )}
      {line?.reason && <p className={css.why}>Unknown: {line.reason}</p>}
      {finding && <p className={css.text}>{finding.text}</p>}
      {value !== null && (
        <CellSeries runId={run.id} resource={cell.resource} aspect={cell.aspect} rule={rule} instance={instance} />
      )}
      {strip && line && (
        <>
          <h4 className="sec">
            Against {strip.total.toLocaleString('en-GB')} of class {run.hostClass}
          </h4>
          <PeerPlot strip={strip} host={run.host} unit={unit} severity={state} />
        </>
      )}
      {evidence.map((ref, i) => (
        <Evidence
          key={`${i}.${ref.step}`}
          runId={run.id}
          evidence={ref}
          command={run.steps.find(({ step }) => step === ref.step)?.command ?? null}
          severity={finding?.severity ?? 'info'}
          onRaw={() => onRaw(ref.step)}
        />
      ))}
      {finding && (
        <>
          <h4 className="sec">Why it matters</h4>
          <p className={css.why}>{finding.why}</p>
          {finding.next && (
            <>
              <h4 className="sec">Next</h4>
              <NextButton runbook={finding.next} hosts={[run.host]} reason={finding.text} withHosts prominent />
            </>
          )}
        </>
      )}
      {more.length > 0 && <h4 className="sec">More findings here</h4>}
      {more.map((other) => (
        <FindingItem key={`${other.rule}.${other.instance ?? ''}`} finding={other} run={run} onRaw={onRaw} />
      ))}
      {cell.others.length > 0 && (
        <details className={css.others}>
          <summary>
            {cell.others.length} more {cell.others.length === 1 ? 'rule' : 'rules'} looked here
          </summary>
          <ul>
            {cell.others.map((other) => (
              <li key={`${other.rule}.${other.instance ?? ''}`}>
                {other.rule}
                {other.instance && ` ${other.instance}`}:{' '}
                {other.outcome === 'unknown' ? `unknown, ${other.reason}` : (other.label ?? 'ok')}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
};
