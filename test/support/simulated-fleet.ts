import { type InvestigationView, type Report } from '@fleetscope/contracts';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type ControlPlane } from './control-plane';

const SIMULATOR = join(__dirname, '..', '..', 'tools', 'simulate', 'fleet.mjs');

/** What the simulator says of a fleet that it made. */
export interface Told {
  readonly hosts: number;
  readonly succeeded: number;
  readonly partial: number;
  readonly unreachable: number;
  readonly troubled: number;
}

/** Sealed evidence of as many hosts as are asked for, made of one real triage of this machine; of all its steps, or a few; `sick`: a label whose hosts have slow disks. */
export const simulate = async (
  plane: ControlPlane,
  hosts: number,
  steps: readonly string[] = [],
  sick = '',
): Promise<{ file: string; told: Told }> => {
  const { investigation } = await plane.json<Report>(['triage', '--all', '--window', '1s']);
  const sealed = await fetch(`${plane.state.url}/api/v1/investigations/${investigation.id}/evidence.zip`, {
    headers: { authorization: `Bearer ${plane.token}` },
  });
  const from = join(plane.dataDir, 'one.zip');
  const file = join(plane.dataDir, 'many.zip');
  writeFileSync(from, new Uint8Array(await sealed.arrayBuffer()));
  const told = execFileSync(process.execPath, [SIMULATOR, from, file, String(hosts), steps.join(','), sick], {
    encoding: 'utf8',
  });
  return { file, told: JSON.parse(told) as Told };
};

/** The same hosts as an inventory. */
export const simulatedInventory = (hosts: number): string =>
  execFileSync(process.execPath, [SIMULATOR, '--csv', String(hosts)], { encoding: 'utf8' });

/** Imports sealed evidence; not by `fetch`, which gives up when an answer takes five minutes, as it may on a busy machine. */
export const importSealed = (plane: ControlPlane, file: string, reason: string): Promise<InvestigationView> =>
  new Promise((done, failed) => {
    const call = request(
      `${plane.state.url}/api/v1/imports/evidence?reason=${encodeURIComponent(reason)}`,
      { method: 'POST', headers: { authorization: `Bearer ${plane.token}`, 'content-type': 'application/zip' } },
      (answer) => {
        const parts: Buffer[] = [];
        answer
          .on('data', (part: Buffer) => parts.push(part))
          .on('end', () => {
            const text = Buffer.concat(parts).toString('utf8');
            if (answer.statusCode === 201) done(JSON.parse(text) as InvestigationView);
            else failed(new Error(text));
          });
      },
    );
    call.on('error', failed).end(readFileSync(file));
  });
