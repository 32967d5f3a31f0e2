import { useClipboard } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { wordsOf } from '../api/problem';
import { evidencePath, evidenceQuery, type Stream } from '../api/queries';
import { formatBytes, plural } from './format';
import { linesOf } from './visible-text';
import css from './raw-output.module.css';

interface Props {
  runId: string;
  host: string;
  step: string;
  /** Lines of standard output that findings rest on. */
  marked: readonly number[];
  /** Height of the text; `fill` takes what there is. */
  height: number | 'fill';
  hasStderr?: boolean;
}

const LINE = 18;

/** The bytes of one step as lines, however many; marked lines are shown and jumped to. */
export const RawOutput = ({ runId, host, step, marked, height, hasStderr = true }: Props) => {
  const [stream, setStream] = useState<Stream>('stdout');
  const { data, error, isPending } = useQuery(evidenceQuery(runId, step, stream));
  const lines = useMemo(() => (data === undefined ? [] : linesOf(data)), [data]);
  const marks = useMemo(() => new Set(stream === 'stdout' ? marked : []), [marked, stream]);
  const clipboard = useClipboard();
  const box = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- its result is used here only, never memoised
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE,
    overscan: 20,
  });
  const first = Math.min(...marks);
  useEffect(() => {
    if (Number.isFinite(first) && lines.length > 0) rows.scrollToIndex(first - 1, { align: 'center' });
  }, [first, lines.length, rows]);
  const widest = useMemo(() => lines.reduce((most, line) => Math.max(most, line.length), 0), [lines]);
  const fixed = height === 'fill' ? undefined : Math.min(height, Math.max(1, lines.length) * LINE + 18);
  return (
    <div className={height === 'fill' ? css.fill : css.raw}>
      <div className={css.bar}>
        {(hasStderr ? (['stdout', 'stderr'] as const) : (['stdout'] as const)).map((name) => (
          <button
            key={name}
            type="button"
            className="chip"
            aria-pressed={stream === name}
            onClick={() => setStream(name)}
          >
            {name}
          </button>
        ))}
        <span className="dim">
          {data !== undefined && `${plural(lines.length, 'line')}, ${formatBytes(new Blob([data]).size)}`}
        </span>
        <span className="spacer" />
        <button type="button" className="btn small" disabled={data === undefined} onClick={() => clipboard.copy(data)}>
          {clipboard.copied ? 'Copied' : 'Copy'}
        </button>
        <a className="btn small" href={evidencePath(runId, step, stream)} download={`${host}-${step}.${stream}.txt`}>
          Download
        </a>
      </div>
      <div
        ref={box}
        className={css.text}
        style={{ height: fixed }}
        tabIndex={0}
        role="region"
        aria-label={`${stream} of ${step} on ${host}`}
      >
        {error && <p className="dim">{wordsOf(error)}</p>}
        {!error && !isPending && lines.length === 0 && <p className="dim">Nothing was printed on {stream}.</p>}
        <div className={css.lines} style={{ height: rows.getTotalSize(), minWidth: `calc(${widest}ch + 8ch)` }}>
          {rows.getVirtualItems().map(({ index, start }) => (
            <div
              key={index}
              className={marks.has(index + 1) ? css.marked : css.line}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span className={css.number}>{index + 1}</span>
              {lines[index]}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
};
