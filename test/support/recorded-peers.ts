import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { type Report } from '@fleetscope/contracts';
import { whileCalm } from './calm';
import { type ControlPlane } from './control-plane';

const ALL_CPUS = cpus().map((_, cpu) => cpu);

/** What the probe prints on this machine, as somebody would take it on a way of their own. */
const record = async (program: string): Promise<string> => {
  // The probe ends what is left of its process group: it gets one of its own. An open stdin is its lifeline.
  const probe = spawn('sh', [], { detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  const frames: Buffer[] = [];
  probe.stdout.on('data', (chunk: Buffer) => frames.push(chunk));
  probe.stdin.write(program);
  await new Promise((done) => probe.once('exit', done));
  return Buffer.concat(frames).toString('utf8');
};

/** This machine while it was idle, as hosts that are well. @returns their reports */
export const importPeers = async (
  plane: ControlPlane,
  names: readonly string[],
  { runbook, window, hostClass }: { runbook: string; window: string; hostClass: string },
): Promise<Report[]> => {
  const { stdout: program } = await plane.cli(['runbooks', 'compile', runbook, '-p', `window=${window}`]);
  const frames = await whileCalm(ALL_CPUS, () => record(program));
  const reports: Report[] = [];
  for (const name of names) {
    const added = await plane.cli(['hosts', 'add', name, '--address', '192.0.2.1', '--class', hostClass]);
    if (added.status !== 0) throw new Error(added.stderr);
    const given = ['import', '-', '--host', name, '--runbook', runbook, '-p', `window=${window}`, '--json'];
    const { stdout, stderr } = await plane.cli(given, { input: frames });
    if (stdout === '') throw new Error(stderr);
    reports.push(JSON.parse(stdout) as Report);
  }
  return reports;
};
