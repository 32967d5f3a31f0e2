import { FINAL_RUN_STATES, type InvestigationView, type MatrixRun } from '@fleetscope/contracts';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { wordsOf } from '../../api/problem';
import { isEnded, runQuery, versionOf } from '../../api/queries';
import { formatBytes, formatValue } from '../../components/format';
import { RawDialog } from '../../components/raw-dialog';
import { CellSection } from './cell-section';
import { bySeverity, cellDetail } from './cell-detail';
import { FindingItem } from './finding-item';
import { GroupTable } from './group-table';
import { parseAt } from './matrix';
import { StepList } from './step-list';
import { TailView } from './tail-view';
import { UseTable } from './use-table';
import { runStateWords } from './words';
import css from './host-panel.module.css';

interface Props {
  run: MatrixRun;
  investigation: InvestigationView;
  at: string | undefined;
  /** The step whose raw output is open. */
  raw: string | undefined;
  onAt(at: string | undefined): void;
  onRaw(step: string | undefined): void;
  onClose(): void;
}

/** One host: the chosen cell with what carries it, then all findings, the USE table, the steps and their output. */
export const HostPanel = ({ run, investigation, at, raw, onAt, onRaw, onClose }: Props) => {
  const isFinal = FINAL_RUN_STATES.has(run.state);
  const hasStarted = run.steps.some(({ state }) => state !== 'pending');
  const hasAnalysis = run.use.length > 0;
  const { data: detail, error } = useQuery(runQuery(run.id, versionOf(run)));
  const chosen = parseAt(at);
  const cell = chosen && detail && cellDetail(detail, chosen.resource, chosen.aspect);
  const rest = detail?.findings.filter((finding) => !cell?.findings.includes(finding)).sort(bySeverity) ?? [];
  const isSheet = useMediaQuery('(max-width: 700px)', false, { getInitialValueInEffect: false });
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isSheet) panel.current?.focus();
  }, [isSheet]);
  return (
    <>
      {isSheet && <div className={css.shade} onClick={onClose} aria-hidden="true" />}
      <aside ref={panel} tabIndex={-1} className={css.panel} aria-label={`Host ${run.host}`}>
        <div className={css.head}>
          <h2>
            <Link
              to="/investigations/$id/hosts/$run"
              params={{ id: investigation.id, run: run.id }}
              title="All steps of this host on one page"
            >
              {run.host} ▸
            </Link>
          </h2>
          <button type="button" className="btn small" onClick={onClose} title="Close the panel">
            Close <kbd>Esc</kbd>
          </button>
        </div>
        <p className={css.sub}>
          class {run.hostClass} · {runStateWords[run.state]}
          {run.attempt > 1 && ` · attempt ${run.attempt}`}
          {detail?.cost && ` · cost ${formatValue(detail.cost.cpuSeconds, 's')} CPU, ${formatBytes(detail.cost.bytes)}`}
        </p>
        {isFinal && hasAnalysis && (
          <p className={css.sub}>
            <Link to="/investigations/$id/compare" params={{ id: investigation.id }} search={{ hosts: run.host }}>
              Compare with its peers, its baseline or an earlier time ▸
            </Link>
          </p>
        )}
        {run.reason && <p className={css.reason}>{run.reason}</p>}
        {(run.state === 'refused' || run.state === 'unreachable') && (
          <p className={css.sub}>
            <Link to="/hosts" search={{ host: run.host }}>
              Its keys and its address ▸
            </Link>
          </p>
        )}
        {error && !detail && <p className="crit">What stands behind this host can’t be read: {wordsOf(error)}</p>}
        {chosen && !detail && !error && <p className="dim">Reading what stands behind this cell …</p>}
        {cell && <CellSection key={at} cell={cell} run={detail} isRunning={!isEnded(investigation)} onRaw={onRaw} />}
        {detail && rest.length > 0 && (
          <>
            <h3 className="sec">{cell ? 'Also on this host' : 'Findings'}</h3>
            {rest.map((finding) => (
              <FindingItem
                key={`${finding.rule}.${finding.instance ?? ''}`}
                finding={finding}
                run={detail}
                onRaw={onRaw}
              />
            ))}
          </>
        )}
        {hasAnalysis && run.findings.length === 0 && <p className="dim">No rule found anything on this host.</p>}
        {hasAnalysis && <UseTable run={run} at={at} onAt={onAt} />}
        {detail?.analysis && <GroupTable outcomes={detail.analysis.outcomes} />}
        {!isFinal && run.state === 'running' && <TailView run={run} />}
        {isFinal && run.steps.length > 0 && !hasStarted && <p className="dim">No step ran here.</p>}
        {detail && (!isFinal || hasStarted) && <StepList run={detail} onRaw={onRaw} />}
      </aside>
      {detail && raw && <RawDialog run={detail} step={raw} onClose={() => onRaw(undefined)} />}
    </>
  );
};
