import { z } from 'zod';

export const ROLES = ['viewer', 'operator', 'commander', 'admin'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

export const tokenInputSchema = z.strictObject({
  name: z.string().min(1).max(64),
  role: roleSchema.default('operator'),
  expiresInDays: z.int().min(1).max(3650).nullable().default(90),
});
export type TokenInput = z.infer<typeof tokenInputSchema>;

export const tokenViewSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role: roleSchema,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;
/** The only time the token itself is shown. */
export const createdTokenSchema = tokenViewSchema.extend({ token: z.string() });

export const identitySchema = z.object({ name: z.string(), role: roleSchema, via: z.enum(['token', 'session']) });
export type Identity = z.infer<typeof identitySchema>;

export const loginLinkSchema = z.object({ path: z.string(), expiresAt: z.iso.datetime() });
export const sessionRequestSchema = z.union([
  z.strictObject({ code: z.string().min(16).max(128) }),
  z.strictObject({ token: z.string().min(16).max(128) }),
]);

export const auditEntrySchema = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  result: z.enum(['done', 'denied', 'failed']),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** Whether the audit log is as it was written. */
export const auditCheckSchema = z.object({
  entries: z.int(),
  /** Hash of the last entry, hexadecimal: whoever keeps it elsewhere can tell later that nothing before it was changed. */
  head: z.string(),
  /** The first place where the chain does not hold; null when all of it does. */
  broken: z
    .object({ seq: z.int(), why: z.enum(['changed', 'removed']), entry: auditEntrySchema.nullable() })
    .nullable(),
});
export type AuditCheck = z.infer<typeof auditCheckSchema>;
