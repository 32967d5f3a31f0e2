import { type AgentPolicy, agentPolicySchema, type Lease, leaseSchema } from '@fleetscope/contracts';
import { isRunbookKey } from '@fleetscope/runbooks';
import { text as catalogue } from 'fleetscope:catalogue';
import { text as textOf } from 'node:stream/consumers';
import { parse } from 'yaml';
import { type ClerkAnswer, type ClerkTask } from './ask-clerk';
import { prepareErrand } from './errand';

/** Does one task that needs the compiler, the catalogue or the schemas, in a process of its own, and ends. */
export const beClerk = async (): Promise<void> => {
  const task = JSON.parse(await textOf(process.stdin)) as ClerkTask;
  const answer: ClerkAnswer = task.kind === 'policy' ? policyOf(task) : errandOf(task);
  process.stdout.write(JSON.stringify(answer));
};

const errandOf = ({ lease, policy }: Extract<ClerkTask, { kind: 'errand' }>): ClerkAnswer => {
  const parsed = leaseSchema.safeParse(lease);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { refused: `what was leased is no errand: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` };
  }
  const prepared = prepareErrand(
    parsed.data as Lease,
    policy,
    JSON.parse(catalogue) as Parameters<typeof prepareErrand>[2],
  );
  if ('refused' in prepared) return prepared;
  const { probe, command, needsRoot } = prepared;
  return { runbook: probe.runbook, program: probe.program, command, needsRoot };
};

const policyOf = ({ path, text }: Extract<ClerkTask, { kind: 'policy' }>): ClerkAnswer => {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    return {
      problem: `the policy ${path} can't be read: ${(error as Error).message.split('\n')[0] ?? ''}`,
      hint: null,
    };
  }
  const parsed = agentPolicySchema.safeParse(value ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return {
      problem: `the policy ${path} is not valid: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      hint: 'expected, for example: forbid: { runbooks: [packet-capture], cost: [heavy] }',
    };
  }
  const policy: AgentPolicy = parsed.data;
  const wrong = policy.runbookKeys.findIndex((key) => !isRunbookKey(key));
  if (wrong === -1) return { policy };
  return {
    problem: `the policy ${path} is not valid: runbookKeys.${wrong}: expected an Ed25519 public key`,
    hint: 'as `fleetscope runbooks keygen` prints it',
  };
};
