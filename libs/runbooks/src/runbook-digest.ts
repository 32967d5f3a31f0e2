import { type Runbook } from '@fleetscope/contracts';
import { createHash } from 'node:crypto';

/** SHA-256 of a verified runbook with its programs, hex: equal on two machines when both mean the same by its id. */
export const runbookDigest = (runbook: Runbook): string =>
  createHash('sha256').update(JSON.stringify(runbook)).digest('hex');
