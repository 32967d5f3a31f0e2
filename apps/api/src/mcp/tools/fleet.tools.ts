import { hostClassSchema, hostNameSchema, type HostView, type Runbook, type RuleView } from '@fleetscope/contracts';
import { z } from 'zod';
import { firstOf } from '../bounded';
import { limit, tool, type Tool } from './tool';

const hostLine = ({ name, class: hostClass, labels, transport, reachability, hold }: HostView): object => ({
  ...{ name, class: hostClass, labels, transport },
  ...(reachability === null ? {} : { reachability }),
  ...(hold === null ? {} : { hold }),
});

/** What there is, before anything is measured. */
export const FLEET_TOOLS: readonly Tool[] = [
  tool({
    name: 'list_hosts',
    description:
      'Hosts that you may see, by name: class, labels, whether they were reachable, whether they are on hold.',
    input: z.strictObject({
      class: hostClassSchema.optional().describe('Hosts of this class alone'),
      label: z
        .string()
        .max(200)
        .regex(/^[^=]+=.*$/, 'expected name=value')
        .optional()
        .describe('Hosts with this label alone: name=value'),
      after: hostNameSchema.optional().describe('Hosts whose name comes after this one, to go on where a list was cut'),
      limit: limit(200, 50),
    }),
    run: async ({ class: hostClass, label, after, limit: most }, routes) => {
      const hosts = await routes.json<HostView[]>('GET', '/api/v1/hosts', { query: { class: hostClass, label } });
      const next = hosts
        .filter(({ name }) => after === undefined || name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      return firstOf('hosts', next.map(hostLine), most);
    },
  }),
  tool({
    name: 'list_runbooks',
    description: 'Runbooks of the catalogue: what each measures, and what it costs a host.',
    input: z.strictObject({}),
    run: async (_, routes) => {
      const runbooks = await routes.json<Runbook[]>('GET', '/api/v1/runbooks');
      return { runbooks: runbooks.map(({ id, title, cost, version }) => ({ id, title, cost, version })) };
    },
  }),
  tool({
    name: 'get_runbook',
    description: 'One runbook: its parameters, and its steps with the tools they prefer.',
    input: z.strictObject({ runbook: z.string().min(1).max(64).describe('Its id or an alias') }),
    run: async ({ runbook }, routes) => {
      const { steps, ...rest } = await routes.json<Runbook>('GET', `/api/v1/runbooks/${encodeURIComponent(runbook)}`);
      const lines = steps.map(({ id, title, prefer }) => ({ id, title, alternatives: prefer.map((one) => one.id) }));
      return { ...rest, steps: lines };
    },
  }),
  tool({
    name: 'list_rules',
    description: 'Rules that judge what was measured: what each looks at, and the bounds that hold.',
    input: z.strictObject({ class: hostClassSchema.optional().describe('The bounds that hold for this class') }),
    run: async ({ class: hostClass }, routes) => {
      const rules = await routes.json<RuleView[]>('GET', '/api/v1/rules', { query: { class: hostClass } });
      return { rules: rules.map(({ id, title, resource, aspect, next }) => ({ id, title, resource, aspect, next })) };
    },
  }),
  tool({
    name: 'get_rule',
    description: 'One rule: why it matters, its thresholds, what to run next when it finds something.',
    input: z.strictObject({
      rule: z.string().min(1).max(64).describe('Its id, such as disk-await'),
      class: hostClassSchema.optional().describe('The bounds that hold for this class'),
    }),
    run: ({ rule, class: hostClass }, routes) =>
      routes.json('GET', `/api/v1/rules/${encodeURIComponent(rule)}`, { query: { class: hostClass } }),
  }),
];
