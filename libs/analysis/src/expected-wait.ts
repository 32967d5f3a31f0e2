import { type UseCell } from '@fleetscope/contracts';
import { diskKind } from './disks';
import { type EvidenceIndex } from './evidence-index';
import { formatMultiple, formatNumber } from './format';
import { mmcWaitMultiple } from './queueing';
import { meanOf, type Reading } from './reading';

/** Below this the expected wait is no number worth a word. */
const BUSY = 0.3;

const sentence = (reading: Reading | null, servers: number): string | null => {
  const used = reading && meanOf(reading);
  if (used === null || used < BUSY * 100) return null;
  const rho = Math.min(1, used / 100);
  const wait = mmcWaitMultiple(rho, servers);
  const busy = `at ${formatNumber(used)} % busy`;
  return Number.isFinite(wait)
    ? `${busy} work is expected to wait ${formatMultiple(wait)} its service time (M/M/${servers})`
    : `${busy} a queue is expected to grow without end`;
};

/** What queueing theory expects beside a measured saturation: CPUs are c servers, a spinning disk is one. */
export const withExpected = (use: readonly UseCell[], evidence: EvidenceIndex): UseCell[] =>
  use.map((cell) => {
    if (cell.aspect !== 'saturation' || cell.state === 'unknown') return cell;
    const cpus = evidence.cpus();
    const expected =
      cell.resource === 'cpu' && cpus !== null
        ? sentence(evidence.hostWide('cpu.utilization'), cpus)
        : // SSDs serve many requests at once: their "utilization" is no ρ.
          cell.resource === 'disk' && cell.instance !== null && diskKind(evidence, cell.instance) === 'hdd'
          ? sentence(evidence.reading('disk.utilization', cell.instance), 1)
          : null;
    return expected === null ? cell : { ...cell, expected };
  });
