import { type ProbeEvent } from '@fleetscope/contracts';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrapCommand, compileProbe, FrameDecoder, parseRunbook, resolveParameters } from '../src';

/** Shells that a host's `sh` may be. */
export const SHELLS = { dash: '/usr/bin/dash', bash: '/usr/bin/bash', busybox: '/usr/bin/busybox' } as const;
export type Shell = keyof typeof SHELLS;

export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly marker: string;
  readonly events: ProbeEvent[];
  readonly times: { at: number; event: ProbeEvent }[];
  readonly stderr: () => string;
  readonly ended: Promise<{ status: number | null; signal: string | null }>;
}

let count = 0;

/** Starts a program as a transport would, with `sh` being the given shell and stdin left open. */
export const startProbe = (
  program: string,
  shell: Shell,
  wrap: (command: string) => string[] = (c) => ['/bin/sh', '-c', c],
): Started => {
  const dir = mkdtempSync(join(tmpdir(), 'probe-sh-'));
  symlinkSync(SHELLS[shell], join(dir, 'sh'));
  count += 1;
  const marker = `PROBE_TEST_MARKER=${process.pid}-${count}-${Date.now()}`;
  const [file = '', ...args] = wrap(bootstrapCommand(Buffer.byteLength(program)));
  const [name = '', value = ''] = marker.split('=');
  const child = spawn(file, args, {
    detached: true,
    stdio: 'pipe',
    env: { PATH: `${dir}:/usr/sbin:/usr/bin:/sbin:/bin`, [name]: value },
  });
  const events: ProbeEvent[] = [];
  const times: Started['times'] = [];
  let stderr = '';
  const decoder = new FrameDecoder((event) => {
    events.push(event);
    times.push({ at: performance.now(), event });
  });
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (chunk: Buffer) => decoder.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<{ status: number | null; signal: string | null }>((resolve) => {
    child.on('close', (status, signal) => {
      decoder.end();
      rmSync(dir, { recursive: true });
      resolve({ status, signal });
    });
  });
  child.stdin.write(program);
  return { child, marker, events, times, stderr: () => stderr, ended };
};

/** Processes that carry the marker in their environment, zombies left out. */
export const survivors = (marker: string): string[] =>
  readdirSync('/proc').filter((pid) => {
    if (!/^[0-9]+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker);
    } catch {
      return false;
    }
  });

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const waitUntil = async (holds: () => boolean, ms: number): Promise<boolean> => {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    if (holds()) return true;
    await pause(50);
  }
  return holds();
};

/** A program of single-tool steps: `[id, when, rest of the step, alternatives]` in YAML flow form. */
export const programOf = (
  steps: readonly { id: string; when?: string; extra?: string; prefer: readonly string[] }[],
  window = '2s',
  options: { cost?: string; deadlineMs?: number } = {},
): string => {
  const text = [
    'id: sample',
    'title: Sample',
    'version: 1',
    `cost: ${options.cost ?? 'light'}`,
    `parameters: { window: { type: duration, default: ${window}, min: 1s, max: 60s } }`,
    'steps:',
    ...steps.flatMap((step) => [
      `  - id: ${step.id}`,
      `    title: Step`,
      `    when: ${step.when ?? 'start'}`,
      ...(step.extra === undefined ? [] : [`    ${step.extra}`]),
      '    prefer:',
      ...step.prefer.map((alternative) => `      - ${alternative}`),
    ]),
  ].join('\n');
  const runbook = parseRunbook(text, null);
  return compileProbe(runbook, resolveParameters(runbook), { deadlineMs: options.deadlineMs }).program;
};

export const outputOf = (events: readonly ProbeEvent[], step: string, stream: 'stdout' | 'stderr' = 'stdout'): string =>
  Buffer.concat(
    events.flatMap((event) =>
      event.type === 'data' && event.step === step && event.stream === stream ? [event.bytes] : [],
    ),
  ).toString('latin1');

export const endOf = (events: readonly ProbeEvent[], step: string): (ProbeEvent & { type: 'step-end' }) | undefined =>
  events.find((event): event is ProbeEvent & { type: 'step-end' } => event.type === 'step-end' && event.step === step);
