import { z } from 'zod';

/** Runbooks as they stand in libs/runbooks/catalog/*.yaml, after validation. */
export const idSchema = z
  .string()
  .max(64)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case words joined by dashes, such as tcp-retransmits');

export const COST_CLASSES = ['light', 'medium', 'heavy'] as const;
export const costClassSchema = z.enum(COST_CLASSES);
export type CostClass = z.infer<typeof costClassSchema>;

/** `10s`, `500ms`, `2m`; parsed to milliseconds by `parseDuration`. */
export const durationTextSchema = z
  .string()
  .regex(/^[0-9]{1,6}(ms|s|m|h)$/, 'expected a duration such as 10s, 500ms or 2m');

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration text; null when it is none. */
export const parseDuration = (text: string): number | null => {
  const match = /^([0-9]{1,6})(ms|s|m|h)$/.exec(text);
  return match ? Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0) : null;
};

/** `2000` → `2s`: the shortest text that `parseDuration` reads as so many milliseconds. */
export const durationText = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`);

export const parameterSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('duration'),
    title: z.string().optional(),
    default: durationTextSchema,
    min: durationTextSchema,
    max: durationTextSchema,
  }),
  z.strictObject({
    type: z.literal('integer'),
    title: z.string().optional(),
    default: z.int().nullable(),
    /** Without it the runbook can't start. */
    required: z.boolean().optional(),
    min: z.int(),
    max: z.int(),
    /** More than this needs the role commander. */
    commanderAbove: z.int().optional(),
  }),
  z.strictObject({
    type: z.literal('choice'),
    title: z.string().optional(),
    default: z.string().nullable(),
    values: z.array(z.string().regex(/^[A-Za-z0-9._-]+$/)).min(1),
  }),
  z.strictObject({
    type: z.literal('text'),
    title: z.string().optional(),
    default: z.null().default(null),
    /** Without it the runbook can't start. */
    required: z.boolean().optional(),
    /** What it names; each has its own letters (see `TEXT_FORMS`). */
    form: z.enum(['command', 'unit', 'cgroup', 'address', 'path', 'interface', 'filter', 'time', 'url']),
  }),
]);
export type Parameter = z.infer<typeof parameterSchema>;

/**
 * What a `text` parameter may hold. Values go through one quoting function wherever they are used; these forms keep
 * them from being read as an option by the tool itself, too.
 */
export const TEXT_FORMS: Readonly<Record<string, { readonly pattern: RegExp; readonly expected: string }>> = {
  command: {
    pattern: /^[A-Za-z0-9_(][A-Za-z0-9_.:@+/()-]{0,14}$/,
    expected: "a command's name of at most 15 letters, such as postgres",
  },
  unit: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,250}\.(?:service|scope|slice)$/,
    expected: 'a systemd unit, such as nginx.service',
  },
  cgroup: {
    pattern: /^\/?[A-Za-z0-9_][A-Za-z0-9_.:@\\/+-]{0,400}$/,
    expected: "a cgroup's path below /sys/fs/cgroup, such as system.slice/nginx.service",
  },
  address: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}$/,
    expected: 'a host name or an address, such as 10.0.0.7',
  },
  path: { pattern: /^\/[A-Za-z0-9_.,@+/-]{0,400}$/, expected: 'an absolute path, such as /var/lib/postgresql' },
  interface: { pattern: /^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,14}$/, expected: "an interface's name, such as eth0" },
  filter: {
    pattern: /^[A-Za-z0-9(!][A-Za-z0-9 ()!.:/&|=<>[\]-]{0,400}$/,
    expected: 'a filter as of pcap-filter(7), such as "host 10.0.0.7 and port 443"',
  },
  time: { pattern: /^[0-2][0-9]:[0-5][0-9](:[0-5][0-9])?$/, expected: 'a time of day, such as 14:05' },
  url: {
    pattern: /^https?:\/\/[A-Za-z0-9[][A-Za-z0-9.:_[\]-]{0,252}(\/[A-Za-z0-9_.~/?=&%-]{0,400})?$/,
    expected: 'a URL, such as http://127.0.0.1:6060',
  },
};

/**
 * One way to run a step. Exactly one of `run` (argv of one tool), `pipe` (argv of each tool of a pipeline), `read` (files
 * printed once), `sample` (files printed again and again) and `program` (a bpftrace program of the catalogue) is given.
 */
export const alternativeSchema = z.strictObject({
  id: idSchema,
  /** What must be there: a tool's name, `root`, `file:/path`, `tracepoint:category/name`, `btf`. */
  needs: z.array(z.string().regex(/^[A-Za-z0-9._:/@+-]+$/)).default([]),
  /** argv; `{name}` stands for a parameter, `{window}` for whole seconds. */
  run: z.array(z.string()).min(1).optional(),
  pipe: z.array(z.array(z.string()).min(1)).min(2).max(4).optional(),
  read: z.array(z.string()).min(1).optional(),
  sample: z.array(z.string()).min(1).optional(),
  /** With `sample`: `1s` for one snapshot a second, `ends` for one at either end of the window. */
  every: z.enum(['1s', 'ends']).optional(),
  program: z.string().optional(),
  /** What reads the output; `none` keeps it as evidence alone (a pcap). */
  parser: z.string(),
  /** With `run`: keep only so many lines from the top, or from the end (a kernel log's tail). */
  firstLines: z.int().positive().optional(),
  lastLines: z.int().positive().optional(),
  /** With `run`: the output is no text (a pcap); it crosses the wire in base64. */
  binary: z.boolean().optional(),
  /** The output is much text; it is gzipped on the host and unpacked before it is parsed. */
  compressed: z.boolean().optional(),
  /** With `run`: the tool ends only when it is stopped; it is, at the end of the window. */
  endless: z.boolean().optional(),
  /** Taken only when all of these parameters were given, or none of them. */
  ifGiven: z.array(idSchema).optional(),
  unlessGiven: z.array(idSchema).optional(),
  /** With a parser of profiles: samples per second and CPU, a number or a placeholder. */
  frequency: z.string().optional(),
  /** What this alternative can't see, said to the user when it was the one that ran. */
  says: z.string().optional(),
});
export type Alternative = z.infer<typeof alternativeSchema>;

export const stepSchema = z.strictObject({
  id: idSchema,
  title: z.string(),
  /** Samplers run together over the window; single-shot steps run at its start (or at its end). */
  when: z.enum(['start', 'window', 'end']).default('start'),
  /** Beyond the window (samplers) or in all (single shots). */
  deadline: durationTextSchema.default('5s'),
  maxBytes: z.int().positive().default(1_048_576),
  prefer: z.array(alternativeSchema).min(1),
});
export type Step = z.infer<typeof stepSchema>;

export const runbookSchema = z.strictObject({
  id: idSchema,
  title: z.string(),
  version: z.int().positive(),
  aliases: z.array(idSchema).default([]),
  description: z.string().optional(),
  cost: costClassSchema,
  /** Whether it answers the whole USE table: what it leaves open is unknown then, rather than not asked. */
  checklist: z.boolean().default(false),
  parameters: z.record(idSchema, parameterSchema).default({}),
  /** Runbooks whose steps come first; a step id that occurs twice is taken once. */
  include: z.array(idSchema).default([]),
  steps: z.array(stepSchema).default([]),
});
export type Runbook = z.infer<typeof runbookSchema>;

/** Parameters after validation: durations in milliseconds, absent optional ones null. */
export type ParameterValues = Record<string, number | string | null>;
