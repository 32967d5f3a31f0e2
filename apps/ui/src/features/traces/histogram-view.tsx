import { useCallback } from 'react';
import { type Draw, themeColour, useCanvas } from '../../charts/use-canvas';
import { plural } from '../../components/format';
import { type MergedHistogram, quantile } from './traces-model';
import { amount, bucketWords, histogramName, histogramTitle, instanceWords, quantileWords } from './words';
import css from './traces-page.module.css';

/** Latencies over time: a column a second, a row a bucket, p50 and p99 as lines; and the numbers in words. */
export const HistogramView = ({ histogram }: { histogram: MergedHistogram }) => {
  const { buckets, slices } = histogram;
  const hasTime = slices.length > 1;
  const draw = useCallback<Draw>(
    (context, { width, height }) => {
      const columns = hasTime ? slices : [buckets.map(({ count }) => count)];
      const max = Math.max(1, ...columns.flat());
      const [across, down] = [width / columns.length, height / Math.max(1, buckets.length)];
      const [quiet, warm] = [themeColour('--quiet'), themeColour('--warn')];
      columns.forEach((counts, column) =>
        counts.forEach((count, bucket) => {
          const y = height - (bucket + 1) * down;
          context.globalAlpha = count === 0 ? 0.35 : 0.2 + 0.8 * Math.sqrt(count / max);
          context.fillStyle = count === 0 ? quiet : warm;
          // Without a clock, lengths instead of columns.
          context.fillRect(column * across, y, hasTime ? across - 1 : Math.max(2, (count / max) * across), down - 1);
        }),
      );
      context.globalAlpha = 1;
      if (!hasTime) return;
      for (const [share, colour] of [
        [0.5, themeColour('--info')],
        [0.99, themeColour('--crit')],
      ] as const) {
        context.strokeStyle = colour;
        context.lineWidth = 2;
        context.beginPath();
        let isOpen = false;
        slices.forEach((counts, column) => {
          const place = quantile(counts, share);
          if (!place) {
            isOpen = false;
            return;
          }
          const y = height - (place.bucket + place.within) * down;
          const x = (column + 0.5) * across;
          if (isOpen) context.lineTo(x, y);
          else context.moveTo(x, y);
          isOpen = true;
        });
        context.stroke();
      }
    },
    [buckets, slices, hasTime],
  );
  const canvas = useCanvas(draw);
  const numbers = quantileWords(histogram);
  const marks = [0, Math.floor(buckets.length / 2), buckets.length - 1].filter((at, i, all) => all.indexOf(at) === i);
  return (
    <section className={css.section} aria-label={histogramTitle(histogram)}>
      <h2 className="sec">
        {histogramName(histogram)} {histogram.instance !== null && <code>{instanceWords(histogram)}</code>}
      </h2>
      <div className={css.histogram}>
        <div>
          <div className={css.drawing}>
            <span className={css.scale} aria-hidden="true">
              {marks.map((at) => (
                <span key={at}>{amount(buckets[at]?.from ?? null, histogram.unit)}</span>
              ))}
            </span>
            <canvas
              ref={canvas}
              role="img"
              aria-label={`${histogramTitle(histogram)}: ${numbers.map(({ label, value }) => `${label} ${value}`).join(', ')}`}
            />
          </div>
          {hasTime && (
            <p className={css.lines}>
              <i />
              p50
              <i className={css.p99} />
              p99 · {plural(slices.length, 'second')}
            </p>
          )}
        </div>
        <dl className={css.numbers}>
          {numbers.map(({ label, value }) => (
            <Pair key={label} label={label} value={value} />
          ))}
          <Pair label="hosts" value={String(histogram.hosts.length)} />
        </dl>
      </div>
      <table className="visually-hidden">
        <caption>{histogramTitle(histogram)}</caption>
        <tbody>
          {buckets.map((bucket, at) => (
            <tr key={`${bucket.from}`}>
              <th scope="row">{bucketWords(histogram, at)}</th>
              <td>{bucket.count}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

const Pair = ({ label, value }: { label: string; value: string }) => (
  <>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </>
);
