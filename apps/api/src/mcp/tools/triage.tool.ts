import {
  hostClassSchema,
  hostNameSchema,
  labelsSchema,
  type InvestigationRequestInput,
  type InvestigationView,
  type Preview,
} from '@fleetscope/contracts';
import { z } from 'zod';
import { RouteRefusal } from '../own-routes.service';
import { tool, type Tool } from './tool';

const SLOWEST_S = 60;

/** The one thing that is started through here: light, bounded in width and time, and never without a reason. */
export const triageTool = (maxHosts: number): Tool =>
  tool({
    name: 'triage',
    starts: true,
    description:
      `Starts the 60-second triage on hosts, at most ${maxHosts} of them. It reads counters and runs light tools, and changes ` +
      'nothing there. Needs the role operator; a request may have to be approved by a person first. The answer has the id: get_report shows how it goes.',
    input: z.strictObject({
      reason: z.string().trim().min(10).max(400).describe('Why, for the people who read of it; in a sentence'),
      hosts: z.array(hostNameSchema).min(1).max(maxHosts).optional().describe('Names of hosts'),
      classes: z.array(hostClassSchema).min(1).max(20).optional().describe('All hosts of these classes'),
      labels: labelsSchema.optional().describe('Only hosts with all of these labels'),
      windowSeconds: z.int().min(1).max(SLOWEST_S).default(10).describe('For how long it is measured'),
      dryRun: z.boolean().default(false).describe('Say what would be done, and start nothing'),
    }),
    run: async ({ reason, hosts, classes, labels, windowSeconds, dryRun }, routes) => {
      const request: InvestigationRequestInput = {
        runbook: 'triage-60s',
        targets: { ...(hosts && { hosts }), ...(classes && { classes }), ...(labels && { labels }) },
        parameters: { window: `${windowSeconds}s` },
        reason: `${reason} (through MCP)`,
      };
      const preview = await routes.json<Preview>('POST', '/api/v1/investigations/preview', { body: request });
      if (preview.hosts > maxHosts)
        throw new RouteRefusal(
          `these are ${preview.hosts} hosts; a triage that is started here takes at most ${maxHosts} (name fewer of them, or ask a person to start it)`,
        );
      if (dryRun) return { started: false, ...preview };
      const {
        id,
        state,
        approval,
        hosts: count,
      } = await routes.json<InvestigationView>('POST', '/api/v1/investigations', { body: request });
      return { started: true, id, state, hosts: count, attention: preview.attention, ...(approval && { approval }) };
    },
  });
