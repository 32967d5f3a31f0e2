import { type RuleView } from '@fleetscope/contracts';
import { type ControlPlane } from './control-plane';

/** What hosts in namespaces share with the machine they are made on, which may be busy with anything. */
const OF_THE_MACHINE = new Set(['cpu', 'memory', 'disk', 'filesystem', 'task', 'bus']);

/** Rules about the machine find nothing in this class, but those named. */
export const silenceTheMachine = async (
  plane: ControlPlane,
  hostClass: string,
  but: readonly string[] = [],
): Promise<void> => {
  const rules = (await plane.api('GET', '/api/v1/rules')).body as RuleView[];
  for (const { id, resource, thresholds } of rules) {
    if (!OF_THE_MACHINE.has(resource) || but.includes(id)) continue;
    const bounds = thresholds.filter(({ name }) => /^(warn|crit|some|full)/i.test(name));
    if (bounds.length === 0) continue;
    // Beyond what can be measured: for falling rules nothing is below 0.
    const falling = id === 'mem-available';
    const values = Object.fromEntries(bounds.map(({ name, min, max }) => [name, falling ? min : max]));
    const { status, body } = await plane.api('PUT', `/api/v1/rules/${id}/thresholds`, {
      scope: 'class',
      name: hostClass,
      values,
    });
    if (status !== 200) throw new Error(JSON.stringify(body));
  }
};
