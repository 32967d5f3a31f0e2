import { parseDuration, type AgentPolicy, type Lease, type Parameter } from '@fleetscope/contracts';
import {
  allNeeds,
  bootstrapCommand,
  compileProbe,
  ParameterError,
  PREFLIGHT,
  resolveParameters,
  runbookDigest,
  type CompiledProbe,
  type LoadedRunbook,
} from '@fleetscope/runbooks';
import { whyForbidden } from './policy';

const defaultOf = (parameter: Parameter): string | number | null =>
  parameter.type === 'duration' ? parseDuration(parameter.default) : parameter.default;

/** Runbooks that only count read what everybody may, and what asks for root says so. */
const mayNeedRoot = ({ cost, steps }: LoadedRunbook): boolean =>
  cost !== 'light' || steps.some(({ prefer }) => prefer.some(({ needs }) => needs.includes('root')));

/**
 * What a lease asks for, compiled here, from this agent's own catalogue: the control plane names a runbook and gives
 * typed parameters, it can't send a program. Else why this agent won't.
 */
export const prepareErrand = (
  lease: Omit<Lease, 'runId' | 'fence' | 'deadlineMs'>,
  policy: AgentPolicy,
  runbooks: readonly LoadedRunbook[],
): { probe: CompiledProbe; command: string; needsRoot: boolean } | { refused: string } => {
  const { runbook: id, runbookVersion: version } = lease;
  const isCheck = id === PREFLIGHT.id;
  const runbook = isCheck ? PREFLIGHT : runbooks.find((known) => known.id === id);
  if (!runbook) return { refused: `its catalogue has no runbook ${id}: update the agent` };
  if (runbook.version !== version)
    return { refused: `its catalogue has ${id}@${runbook.version}, not ${id}@${version}: update the agent` };
  if (runbookDigest(runbook) !== lease.runbookDigest)
    return { refused: `its ${id}@${version} is not the one that the control plane has: update the agent` };
  const forbidden = whyForbidden(policy, runbook);
  if (forbidden) return { refused: `${id}: ${forbidden}` };
  try {
    const values = resolveParameters(runbook, lease.parameters);
    for (const name of policy.forbid.parameters[id] ?? []) {
      const parameter = runbook.parameters[name];
      if (parameter && values[name] !== defaultOf(parameter))
        return { refused: `${id}: the policy of this host forbids to give the parameter ${name}` };
    }
    const probe = compileProbe(runbook, values, isCheck ? { needs: allNeeds(runbooks) } : {});
    return { probe, command: bootstrapCommand(probe.byteLength), needsRoot: isCheck || mayNeedRoot(runbook) };
  } catch (error) {
    if (error instanceof ParameterError) return { refused: `${id}: ${error.message.split('\n')[0] ?? ''}` };
    throw error;
  }
};
