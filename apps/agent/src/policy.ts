import { agentPolicySchema, type AgentPolicy, type CostClass, type RefusedRunbook } from '@fleetscope/contracts';
import { existsSync, readFileSync } from 'node:fs';
import { AgentError, EXIT_USAGE } from './agent-error';

export const DEFAULT_POLICY_FILE = '/etc/fleetscope-agent/policy.yaml';
const NO_POLICY: AgentPolicy = { forbid: { runbooks: [], cost: [], parameters: {} }, runbookKeys: [] };

/** The policy of this machine. A file that can't be understood stops the agent: nothing is allowed by a slip. @throws AgentError */
export const readPolicy = async (file: string | null): Promise<AgentPolicy> => {
  const path = file ?? DEFAULT_POLICY_FILE;
  if (file === null && !existsSync(path)) return NO_POLICY;
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'), { maxAliasCount: 0 });
  } catch (error) {
    throw new AgentError(
      `the policy ${path} can't be read: ${(error as Error).message.split('\n')[0] ?? ''}`,
      EXIT_USAGE,
    );
  }
  const parsed = agentPolicySchema.safeParse(value ?? {});
  if (parsed.success) {
    await checkKeys(path, parsed.data.runbookKeys);
    return parsed.data;
  }
  const issue = parsed.error.issues[0];
  throw new AgentError(
    `the policy ${path} is not valid: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
    EXIT_USAGE,
    'expected, for example: forbid: { runbooks: [packet-capture], cost: [heavy] }',
  );
};

/** Loaded where there are keys alone: what reads runbooks is otherwise not in memory while the agent waits. */
const checkKeys = async (path: string, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  const { isRunbookKey } = await import('@fleetscope/runbooks');
  const wrong = keys.findIndex((key) => !isRunbookKey(key));
  if (wrong === -1) return;
  throw new AgentError(
    `the policy ${path} is not valid: runbookKeys.${wrong}: expected an Ed25519 public key`,
    EXIT_USAGE,
    'as `fleetscope runbooks keygen` prints it',
  );
};

/** Why the policy forbids a runbook as a whole; null when it does not. */
export const whyForbidden = (policy: AgentPolicy, runbook: { id: string; cost: CostClass }): string | null => {
  if (policy.forbid.runbooks.includes(runbook.id)) return 'forbidden by the policy of this host';
  if (policy.forbid.cost.includes(runbook.cost)) return `the policy of this host forbids ${runbook.cost} runbooks`;
  return null;
};

/** What this agent will refuse, for everybody to see. */
export const refusedRunbooks = (
  policy: AgentPolicy,
  runbooks: readonly { id: string; cost: CostClass }[],
): RefusedRunbook[] =>
  runbooks.flatMap((runbook) => {
    const reason = whyForbidden(policy, runbook);
    return reason ? [{ runbook: runbook.id, reason }] : [];
  });
