import { z } from 'zod';

/** Errors of the API, after RFC 9457. `errors` names each field: where, what was expected, what came. */
export const fieldErrorSchema = z.object({ path: z.string(), expected: z.string(), got: z.string().nullable() });
export type FieldError = z.infer<typeof fieldErrorSchema>;
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** What to do about it, where there is something. */
  hint: z.string().optional(),
  /** Id of the log entry, for faults of ours. */
  id: z.string().optional(),
  errors: z.array(fieldErrorSchema).optional(),
});
export type Problem = z.infer<typeof problemSchema>;
