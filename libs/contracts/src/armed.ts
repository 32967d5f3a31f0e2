import { z } from 'zod';
import { hostNameSchema, hostClassSchema } from './host';
import { targetsSchema } from './investigation';
import { durationTextSchema } from './runbook';
import { scheduleNameSchema } from './schedule';

/** What can be watched at the cost of six files of /proc; each is a mean since the reading before, but for the run queue. */
export const WATCHED = {
  runqueue: { title: 'Threads that run or wait, for each CPU', unit: '1' },
  await: { title: 'Mean time of a request, of the slowest disk', unit: 'ms' },
  retransmits: { title: 'Segments sent again, of those sent', unit: '%' },
  'cpu-pressure': { title: 'Time in which a thread waited for a CPU (PSI)', unit: '%' },
  'memory-pressure': { title: 'Time in which a thread waited for memory (PSI)', unit: '%' },
  'io-pressure': { title: 'Time in which a thread waited for I/O (PSI)', unit: '%' },
} as const;
export type Watched = keyof typeof WATCHED;
export const WATCHED_NAMES = Object.keys(WATCHED) as [Watched, ...Watched[]];

/** More hosts are not watched by one. */
export const ARMED_MAX_HOSTS = 500;

const whenSchema = z.strictObject({
  watch: z.enum(WATCHED_NAMES),
  above: z.number().positive().max(1_000_000),
  /** So many readings in a row. */
  readings: z.int().min(1).max(20).default(2),
});

export const armedInputSchema = z.strictObject({
  name: scheduleNameSchema,
  targets: targetsSchema,
  when: whenSchema,
  /** From 10 s to 1 h between two readings of a host. */
  every: durationTextSchema.default('30s'),
  /** From 1 min to 72 h; then it is disarmed by itself. */
  for: durationTextSchema.default('4h'),
  capture: z.strictObject({
    runbook: z.string().max(64),
    parameters: z.record(z.string().max(64), z.union([z.string().max(256), z.number()])).default({}),
  }),
  /** Hosts that are captured in all, each once. */
  maxHosts: z.int().min(1).max(50).default(3),
  /** Least time between two captures. */
  cooldown: durationTextSchema.default('10m'),
  reason: z.string().max(500).default(''),
});
export type ArmedInput = z.infer<typeof armedInputSchema>;

export const ARMED_STATES = ['armed', 'caught', 'ended', 'disarmed'] as const;
const readingSchema = z.object({ host: hostNameSchema, class: hostClassSchema, value: z.number() });

export const armedSchema = armedInputSchema.extend({
  /** `caught`: as many hosts as were allowed; `ended`: its time was up. */
  state: z.enum(ARMED_STATES),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  until: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** The latest round over the hosts; null before the first. */
  latest: z
    .object({
      at: z.iso.datetime(),
      hosts: z.int(),
      /** Hosts that gave a value; a host's first reading has nothing to be compared with. */
      read: z.int(),
      highest: z.array(readingSchema),
      unread: z.array(z.object({ host: hostNameSchema, reason: z.string() })),
      /** Why nothing was read at all. */
      paused: z.string().nullable(),
    })
    .nullable(),
  cost: z.object({
    /** Connections to each host within an hour. */
    connectionsPerHour: z.number(),
    /** CPU time of each host within an hour, as measured by the probes so far; null before the first reading. */
    cpuSecondsPerHour: z.number().nullable(),
  }),
  caught: z.array(
    z.object({
      at: z.iso.datetime(),
      investigation: z.uuid(),
      hosts: z.array(readingSchema),
      /** Why the capture could not be started. */
      problem: z.string().nullable(),
    }),
  ),
});
export type ArmedView = z.infer<typeof armedSchema>;
export type ArmedReading = z.infer<typeof readingSchema>;
