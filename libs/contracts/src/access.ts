import { z } from 'zod';
import { hostClassSchema, labelsSchema, type Labels } from './host';

export const ROLES = ['viewer', 'operator', 'commander', 'admin'] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;

/** The hosts that somebody may see and reach: of one of the classes, where some are given, and with all of the labels. */
export const hostScopeSchema = z
  .strictObject({ classes: z.array(hostClassSchema).max(100).default([]), labels: labelsSchema.default({}) })
  .refine(({ classes, labels }) => classes.length + Object.keys(labels).length > 0, {
    message: 'expected at least one class or label; null for the whole fleet',
  });
export type HostScope = z.infer<typeof hostScopeSchema>;
/** Null: the whole fleet. */
export type Scope = HostScope | null;

export const covers = (scope: Scope, host: { readonly class: string; readonly labels: Labels }): boolean =>
  scope === null ||
  ((scope.classes.length === 0 || scope.classes.includes(host.class)) &&
    Object.entries(scope.labels).every(([key, value]) => host.labels[key] === value));

/** Whether all hosts that a class has, or will have, are within the scope. */
export const coversClass = (scope: Scope, hostClass: string): boolean =>
  scope === null || (scope.classes.includes(hostClass) && Object.keys(scope.labels).length === 0);

/** Whether a class may have hosts within the scope. */
export const touchesClass = (scope: Scope, hostClass: string): boolean =>
  scope === null || scope.classes.length === 0 || scope.classes.includes(hostClass);

export const tokenInputSchema = z.strictObject({
  name: z.string().min(1).max(64),
  role: roleSchema.default('operator'),
  scope: hostScopeSchema.nullable().default(null),
  expiresInDays: z.int().min(1).max(3650).nullable().default(90),
});
export type TokenInput = z.infer<typeof tokenInputSchema>;

export const tokenViewSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  role: roleSchema,
  scope: hostScopeSchema.nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type TokenView = z.infer<typeof tokenViewSchema>;
/** The only time the token itself is shown. */
export const createdTokenSchema = tokenViewSchema.extend({ token: z.string() });

export const identitySchema = z.object({
  /** `token:…` or `person:…`: names may be given twice, this may not. */
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  scope: hostScopeSchema.nullable(),
  via: z.enum(['token', 'session']),
});
export type Identity = z.infer<typeof identitySchema>;

export const personNameSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._@()-]*$/, 'expected letters, digits, spaces, dots, dashes and @');
export const passwordSchema = z.string().min(12).max(256);
export const personInputSchema = z.strictObject({
  name: personNameSchema,
  email: z.email().max(254).nullable().default(null),
  role: roleSchema.default('operator'),
  scope: hostScopeSchema.nullable().default(null),
  password: passwordSchema,
});
export type PersonInput = z.infer<typeof personInputSchema>;
export const personUpdateSchema = z.strictObject({
  role: roleSchema.optional(),
  scope: hostScopeSchema.nullable().optional(),
  disabled: z.boolean().optional(),
});
export type PersonUpdate = z.infer<typeof personUpdateSchema>;
export const passwordInputSchema = z.strictObject({ password: passwordSchema });
export const personViewSchema = z.object({
  name: z.string(),
  email: z.string().nullable(),
  role: roleSchema,
  scope: hostScopeSchema.nullable(),
  /** `here` for a local account, else the issuer of the identity provider. */
  from: z.string(),
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
  lastSignInAt: z.iso.datetime().nullable(),
});
export type PersonView = z.infer<typeof personViewSchema>;

export const signInWaysSchema = z.object({ provider: z.string().nullable() });
export type SignInWays = z.infer<typeof signInWaysSchema>;

export const loginLinkSchema = z.object({ path: z.string(), expiresAt: z.iso.datetime() });
export const sessionRequestSchema = z.union([
  z.strictObject({ code: z.string().min(16).max(128) }),
  z.strictObject({ token: z.string().min(16).max(128) }),
  z.strictObject({ name: z.string().min(1).max(64), password: z.string().min(1).max(256) }),
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
