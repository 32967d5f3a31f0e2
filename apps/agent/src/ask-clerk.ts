import { type AgentPolicy, type Lease } from '@fleetscope/contracts';
import { spawn } from 'node:child_process';
import { text as textOf } from 'node:stream/consumers';

export type ClerkTask =
  | { readonly kind: 'errand'; readonly lease: Lease; readonly policy: AgentPolicy }
  | { readonly kind: 'policy'; readonly path: string; readonly text: string };

/** A probe that was compiled, or why it won't be; a policy, or what is wrong with it. */
export type PreparedErrand = {
  readonly runbook: string;
  readonly program: string;
  readonly command: string;
  readonly needsRoot: boolean;
};
export type ClerkAnswer =
  | PreparedErrand
  | { readonly refused: string }
  | { readonly policy: AgentPolicy }
  | { readonly problem: string; readonly hint: string | null };

const LONGEST_MS = 30_000;

/**
 * Compiler, catalogue and schemas take 20 MB, and Node gives back nothing of that: they are loaded by a process that ends with
 * its task, so that an agent that waits is as small after its thousandth run as before its first.
 * @throws Error when that process could not do it
 */
export const askClerk = async (task: ClerkTask): Promise<ClerkAnswer> => {
  const program = process.argv[1] ?? '';
  const clerk = spawn(process.execPath, [...process.execArgv, program, '--clerk'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {},
    timeout: LONGEST_MS,
    killSignal: 'SIGKILL',
  });
  clerk.stdin.on('error', () => undefined); // its exit tells
  const ended = new Promise<number | null>((done, failed) => {
    clerk.once('error', failed);
    clerk.once('close', done);
  });
  clerk.stdin.end(JSON.stringify(task));
  const [status, answer, said] = await Promise.all([ended, textOf(clerk.stdout), textOf(clerk.stderr)]);
  if (status !== 0)
    throw new Error(`the errand could not be prepared: ${said.trim().split('\n')[0] || `exit ${status}`}`);
  return JSON.parse(answer) as ClerkAnswer;
};
