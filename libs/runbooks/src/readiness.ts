import { type HostFacts, type Readiness, type Runbook } from '@fleetscope/contracts';
import { factOfNeed, missingText, type Need, needsOf } from './needs';

const answered = (need: Need, facts: HostFacts): string | null => {
  const fact = facts[factOfNeed(need)];
  if (fact === undefined) return `${need.text} was not checked`;
  return fact === '' || fact === 'no' ? missingText(need) : null;
};

/**
 * What a runbook could do on a host, by the facts of its last preflight. `missing` lists what the alternatives before
 * the chosen one lacked: empty means the first choice runs.
 */
export const readiness = (runbook: Runbook, facts: HostFacts): Readiness => {
  const steps = runbook.steps.map((step) => {
    const missing = new Set<string>();
    for (const alternative of step.prefer) {
      const lacks = needsOf(alternative)
        .map((need) => answered(need, facts))
        .filter((text): text is string => text !== null);
      if (lacks.length === 0) return { step: step.id, alternative: alternative.id, missing: [...missing] };
      for (const text of lacks) missing.add(text);
    }
    return { step: step.id, alternative: null, missing: [...missing] };
  });
  const runs = steps.filter((step) => step.alternative !== null);
  if (runs.length === 0) return { runbook: runbook.id, state: 'impossible', steps };
  const first = steps.every((step) => step.missing.length === 0);
  return { runbook: runbook.id, state: first ? 'ready' : 'degraded', steps };
};
