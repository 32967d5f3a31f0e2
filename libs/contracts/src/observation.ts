import { z } from 'zod';
import { isMetricId, type MetricId } from './metric-catalogue';

/**
 * Observations are what parsers make of evidence. They carry the place they were read from: `lines` are 1-based line
 * numbers in the step's standard output, so that a finding can show the very lines.
 */
// A plain string in the OpenAPI document: the catalogue is long, and it has an API of its own.
export const metricIdSchema = z.string().refine(isMetricId, {
  message: 'expected a metric id of the catalogue, such as disk.write_await',
}) as unknown as z.ZodType<MetricId, MetricId>;

/** What the metric is of: a device, an interface, a CPU, a mount point; null for the host as a whole. */
export const instanceSchema = z.string().max(256).nullable();

/** One value. `value` null means that the tool printed the place but no number (never 0). */
export const measurementSchema = z.object({
  kind: z.literal('measurement'),
  metric: metricIdSchema,
  instance: instanceSchema,
  value: z.number().nullable(),
  lines: z.array(z.int()),
});
export type Measurement = z.infer<typeof measurementSchema>;

/**
 * One value per sample of the window, in order. The arrays have equal length: `values[i]` was printed in line `lines[i]`
 * and holds for the interval that ends at `times[i]` (epoch milliseconds, null where the text has no clock).
 */
export const seriesSchema = z.object({
  kind: z.literal('series'),
  metric: metricIdSchema,
  instance: instanceSchema,
  values: z.array(z.number().nullable()),
  times: z.array(z.number().nullable()),
  lines: z.array(z.int()),
});
export type Series = z.infer<typeof seriesSchema>;

/** Buckets [from, to) with counts; `unit` is of the bounds. */
export const histogramSchema = z.object({
  kind: z.literal('histogram'),
  name: z.string(),
  instance: instanceSchema,
  unit: z.string(),
  buckets: z.array(z.object({ from: z.number().nullable(), to: z.number().nullable(), count: z.number() })),
  /** The same over time, where the tool printed it again and again: a count for each bucket, at the end of each interval. */
  slices: z.array(z.object({ at: z.number().nullable(), counts: z.array(z.number()) })).optional(),
  lines: z.array(z.int()),
});
export type Histogram = z.infer<typeof histogramSchema>;

export const cellValueSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type CellValue = z.infer<typeof cellValueSchema>;

/** Things that happened, in order. `class` groups them (`oom-kill`, `disk-error`, …); `at` is epoch milliseconds. */
export const eventsSchema = z.object({
  kind: z.literal('events'),
  name: z.string(),
  events: z.array(
    z.object({
      at: z.number().nullable(),
      class: z.string(),
      text: z.string(),
      fields: z.record(z.string(), cellValueSchema).optional(),
      line: z.int(),
    }),
  ),
});
export type Events = z.infer<typeof eventsSchema>;

/** What is true of the host and isn't a number to judge: kernel, scheduler of a disk, a sysctl. */
export const factsSchema = z.object({
  kind: z.literal('facts'),
  name: z.string(),
  facts: z.record(z.string(), cellValueSchema),
});
export type Facts = z.infer<typeof factsSchema>;

/** Rows worth reading as a table: processes, sockets. */
export const tableSchema = z.object({
  kind: z.literal('table'),
  name: z.string(),
  columns: z.array(z.string()),
  rows: z.array(z.array(cellValueSchema)),
  lines: z.array(z.int()),
});
export type Table = z.infer<typeof tableSchema>;

export const observationSchema = z.discriminatedUnion('kind', [
  measurementSchema,
  seriesSchema,
  histogramSchema,
  eventsSchema,
  factsSchema,
  tableSchema,
]);
export type Observation = z.infer<typeof observationSchema>;

/** A line a parser did not understand, or understood only in part. Nothing is dropped silently. */
export const parseIssueSchema = z.object({
  /** 1-based; null when the issue is about the text as a whole. */
  line: z.int().nullable(),
  text: z.string().max(400),
  reason: z.string(),
});
export type ParseIssue = z.infer<typeof parseIssueSchema>;

/** A record keyed by the tool's own header names. */
export type ParsedRow = Record<string, CellValue | CellValue[] | Record<string, CellValue>>;

export interface ParseResult {
  readonly tool: string;
  readonly rows: ParsedRow[];
  readonly observations: Observation[];
  readonly issues: ParseIssue[];
}
