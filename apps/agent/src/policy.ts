import { type AgentPolicy, type CostClass, type RefusedRunbook } from '@fleetscope/contracts';
import { existsSync, readFileSync } from 'node:fs';
import { AgentError, EXIT_USAGE } from './agent-error';
import { askClerk } from './ask-clerk';

export const DEFAULT_POLICY_FILE = '/etc/fleetscope-agent/policy.yaml';
const NO_POLICY: AgentPolicy = { forbid: { runbooks: [], cost: [], parameters: {} }, runbookKeys: [] };

/** The policy of this machine. A file that can't be understood stops the agent: nothing is allowed by a slip. @throws AgentError */
export const readPolicy = async (file: string | null): Promise<AgentPolicy> => {
  const path = file ?? DEFAULT_POLICY_FILE;
  if (file === null && !existsSync(path)) return NO_POLICY;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new AgentError(`the policy ${path} can't be read: ${(error as Error).message}`, EXIT_USAGE);
  }
  const answer = await askClerk({ kind: 'policy', path, text });
  if ('policy' in answer) return answer.policy;
  if ('problem' in answer) throw new AgentError(answer.problem, EXIT_USAGE, answer.hint ?? undefined);
  throw new Error('the policy was not read');
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
