import { parseDuration, type AgentPolicy, type Lease, type Parameter } from '@fleetscope/contracts';
import {
  allNeeds,
  bootstrapCommand,
  compileProbe,
  isSignedBy,
  ParameterError,
  parseRunbook,
  PREFLIGHT,
  resolveParameters,
  runbookDigest,
  RunbookError,
  type CompiledProbe,
  type LoadedRunbook,
} from '@fleetscope/runbooks';
import { whyForbidden } from './policy';

const defaultOf = (parameter: Parameter): string | number | null =>
  parameter.type === 'duration' ? parseDuration(parameter.default) : parameter.default;

/** Runbooks that only count read what everybody may, and what asks for root says so. */
const mayNeedRoot = ({ cost, steps }: LoadedRunbook): boolean =>
  cost !== 'light' || steps.some(({ prefer }) => prefer.some(({ needs }) => needs.includes('root')));

/** A runbook that the catalogue has not: taken when a key that the policy of this host knows has signed it. */
const signedRunbook = (
  { runbook: id, runbookVersion: version, signed }: Pick<Lease, 'runbook' | 'runbookVersion' | 'signed'>,
  { runbookKeys: keys }: AgentPolicy,
  runbooks: readonly LoadedRunbook[],
): LoadedRunbook | { refused: string } => {
  if (!signed)
    return {
      refused: `its catalogue has no runbook ${id}, and it is not signed: update the agent, or sign it with \`fleetscope runbooks sign\``,
    };
  if (runbooks.some(({ aliases }) => aliases.includes(id)))
    return { refused: `its catalogue has a runbook that is called ${id}: no other takes its place` };
  if (keys.length === 0)
    return { refused: `${id} is not of its catalogue, and the policy of this host lists no key under runbookKeys` };
  if (!isSignedBy(signed, id, version, keys))
    return {
      refused: `${id}@${version} is not signed, as it is now, by a key that the policy of this host lists under runbookKeys`,
    };
  try {
    const runbook = parseRunbook(signed.text, `${id}.yaml`, signed.programs);
    if (runbook.id !== id) return { refused: `what was signed as ${id} calls itself ${runbook.id}` };
    if (runbook.include.length > 0)
      return { refused: `${id} includes other runbooks, which its signature says nothing of` };
    return runbook;
  } catch (error) {
    if (error instanceof RunbookError) return { refused: `${id}: ${error.message.split('\n')[0] ?? ''}` };
    throw error;
  }
};

/**
 * What a lease asks for, compiled here, from this agent's own catalogue or from what somebody whom this host trusts has
 * signed: the control plane names a runbook and gives typed parameters, it can't send a program. Else why this agent won't.
 */
export const prepareErrand = (
  lease: Omit<Lease, 'runId' | 'fence' | 'deadlineMs'>,
  policy: AgentPolicy,
  runbooks: readonly LoadedRunbook[],
): { probe: CompiledProbe; command: string; needsRoot: boolean } | { refused: string } => {
  const { runbook: id, runbookVersion: version } = lease;
  const isCheck = id === PREFLIGHT.id;
  const runbook = isCheck
    ? PREFLIGHT
    : (runbooks.find((known) => known.id === id) ?? signedRunbook(lease, policy, runbooks));
  if ('refused' in runbook) return runbook;
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
