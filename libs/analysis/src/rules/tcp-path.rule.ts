import { type CellValue, type EvidenceRef, type RuleOutcome } from '@fleetscope/contracts';
import { formatList, formatPlural } from '../format';
import { defineRule } from '../rule';
import { count, milliseconds, multiple } from '../thresholds';

interface Bad {
  readonly peer: string;
  readonly rtt: number;
  readonly ref: EvidenceRef;
}

export const tcpPathRule = defineRule({
  id: 'tcp-path',
  version: 1,
  title: 'Round trips and windows of sockets',
  headline: 'Paths saw loss or queueing',
  resource: 'tcp',
  aspect: 'saturation',
  metrics: [],
  thresholds: { factor: multiple(5), minRtt: milliseconds(20), window: count(10), segments: count(1000) },

  deep: true,
  why: 'A round trip far above its own minimum is queueing; a window that stays small after retransmits is loss.',
  next: 'network-path',
  evaluate: ({ evidence, limits }, judge) => {
    const tables = evidence.tables('sockets');
    if (tables.length === 0)
      return [judge.unknown(evidence.whyNot(/^ss|sockets/) ?? 'no step listed sockets with their details')];
    const found = { queueing: [] as Bad[], loss: [] as Bad[] };
    let judged = 0;
    for (const {
      step,
      observation: { columns, rows, lines },
    } of tables) {
      const cell = (row: readonly CellValue[], name: string): CellValue => row[columns.indexOf(name)] ?? null;
      const number = (row: readonly CellValue[], name: string): number | null =>
        typeof cell(row, name) === 'number' ? Number(cell(row, name)) : null;
      rows.forEach((row, i) => {
        const [rtt, minrtt, cwnd, sent, again] = ['rtt', 'minrtt', 'cwnd', 'segs_out', 'retransTotal'].map((name) =>
          number(row, name),
        );
        if (rtt === null || rtt === undefined) return;
        judged += 1;
        const bad = {
          peer: String(cell(row, 'peer') ?? ''),
          rtt,
          ref: { step, lines: lines[i] === undefined ? [] : [lines[i]] },
        };
        if (minrtt && rtt > minrtt * limits.factor && rtt >= limits.minRtt) found.queueing.push(bad);
        const limited = cell(row, 'app_limited') === true || cell(row, 'app_limited') === 'app_limited';
        if (cwnd && cwnd <= limits.window && (sent ?? 0) > limits.segments && (again ?? 0) > 0 && !limited)
          found.loss.push(bad);
      });
    }
    if (judged === 0) return [judge.unknown('the sockets were listed without round-trip times')];
    const cited = (list: readonly Bad[]): EvidenceRef[] => list.slice(0, 20).map(({ ref }) => ref);
    const peers = (list: readonly Bad[]): string => formatList([...new Set(list.map(({ peer }) => peer))], 3);
    const outcomes: RuleOutcome[] = [];
    if (found.queueing.length > 0)
      outcomes.push(
        judge.finding({
          severity: 'warn',
          value: found.queueing.length,
          unit: '1',
          label: `rtt up on ${found.queueing.length}`,
          evidence: cited(found.queueing),
          text: `Round trips of ${formatPlural(found.queueing.length, 'socket')} are more than ${limits.factor} times their own minimum, to ${peers(found.queueing)}: packets queue on the way.`,
        }),
      );
    if (found.loss.length > 0)
      outcomes.push(
        judge.finding({
          severity: 'warn',
          value: found.loss.length,
          unit: '1',
          label: `small cwnd on ${found.loss.length}`,
          evidence: cited(found.loss),
          text: `${formatPlural(found.loss.length, 'socket')} retransmitted and kept a window of at most ${limits.window} segments, to ${peers(found.loss)}: packets are lost on the way.`,
        }),
      );
    return outcomes.length > 0
      ? outcomes
      : [judge.ok({ value: 0, unit: '1', label: `${formatPlural(judged, 'socket')} fine` })];
  },
});
