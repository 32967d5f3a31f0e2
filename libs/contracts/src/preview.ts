import { z } from 'zod';
import { hostClassSchema, hostNameSchema } from './host';

const figuresSchema = z.object({ cpuSeconds: z.number().nullable(), bytes: z.number(), seconds: z.number() });

/** What a request would do, before anything of it is done. */
export const previewSchema = z.object({
  runbook: z.string(),
  cost: z.enum(['light', 'medium', 'heavy']),
  /** Hosts that the targets select. */
  hosts: z.int(),
  /** Of these, the ones that a probe would run on now. */
  ready: z.int(),
  classes: z.array(z.object({ class: hostClassSchema, hosts: z.int(), ready: z.int() })),
  /** Hosts that somebody should know of before: which, and whether their run would go on all the same. */
  attention: z.array(
    z.object({
      host: hostNameSchema,
      class: hostClassSchema,
      kind: z.enum(['held', 'agent-offline', 'budget', 'maintenance']),
      why: z.string(),
      runs: z.boolean(),
    }),
  ),
  /** Why nothing new begins on any host; null while the fleet is not frozen. */
  frozen: z.string().nullable(),
  estimate: z.object({
    /** Earlier runs of the same runbook with the same parameters here, or else what its own limits allow. */
    basis: z.enum(['earlier-runs', 'bounds']),
    /** How many earlier runs. */
    runs: z.int(),
    says: z.string(),
    /** Medians of the earlier runs; at the most, where the limits are all that is known. Null: nobody knows. */
    perHost: figuresSchema,
    /** Over the hosts that would run; seconds until the last of them has ended. */
    total: figuresSchema,
  }),
  /** Why somebody else must agree first; empty when nobody must. */
  approval: z.array(z.string()),
});
export type Preview = z.infer<typeof previewSchema>;
