import { z } from 'zod';

/** `ssh` speaks itself; `openssh` has the system's ssh speak, as its configuration says. */
export const TRANSPORTS = ['local', 'ssh', 'openssh', 'agent'] as const;
export const transportSchema = z.enum(TRANSPORTS);
export type TransportName = z.infer<typeof transportSchema>;

/** Name of a host in Fleetscope: unique, and safe in a URL, a file name and a terminal. */
export const hostNameSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(
    /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
    'expected letters, digits, dots and dashes, such as db-07.example',
  );
export const hostClassSchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected a word such as web or db-primary');
export const labelKeySchema = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, 'expected a label name such as env');
export const labelValueSchema = z
  .string()
  .max(128)
  .regex(/^[^\p{C}]*$/u, 'expected text without control characters');
export const labelsSchema = z.record(labelKeySchema, labelValueSchema);
export type Labels = z.infer<typeof labelsSchema>;

/** A DNS name, IPv4 or IPv6 address; never something a shell or an ssh option could be made of. */
export const addressSchema = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9:]([A-Za-z0-9.:%_-]*[A-Za-z0-9])?$/, 'expected a host name or an IP address');
export const userSchema = z
  .string()
  .max(64)
  .regex(/^[A-Za-z_][A-Za-z0-9._@-]*\$?$/, 'expected a user name');

export const becomeSchema = z.enum(['sudo']);

const connection = {
  address: addressSchema,
  port: z.int().min(1).max(65535),
  user: userSchema.nullable(),
  transport: transportSchema,
  /** `sudo` runs the whole probe through `sudo -n`. */
  become: becomeSchema.nullable(),
  /** Path of a private key on the control plane; null uses the ssh-agent or the installation's own keys. */
  identityFile: z.string().max(4096).nullable(),
  /** Name of the stored secret that holds the private key; null when there is none. */
  identitySecret: z.string().max(64).nullable(),
  /** Names of hosts to go through, first hop first. */
  jump: z.array(hostNameSchema).max(5),
  class: hostClassSchema,
  labels: labelsSchema,
};

export const hostInputSchema = z.strictObject({
  name: hostNameSchema,
  address: connection.address.optional(),
  port: connection.port.default(22),
  user: connection.user.default(null),
  transport: connection.transport.default('ssh'),
  become: connection.become.default(null),
  identityFile: connection.identityFile.default(null),
  identitySecret: connection.identitySecret.default(null),
  jump: connection.jump.default([]),
  class: connection.class.default('default'),
  labels: connection.labels.default({}),
});
export type HostInput = z.infer<typeof hostInputSchema>;

export const hostUpdateSchema = z.strictObject(connection).partial();
export type HostUpdate = z.infer<typeof hostUpdateSchema>;

/** The same change to many hosts; what it does not name stays as it is on each. */
export const bulkHostChangeSchema = z.strictObject({
  hosts: z.array(hostNameSchema).min(1).max(20_000),
  class: hostClassSchema.optional(),
  set: labelsSchema.default({}),
  /** Names of labels to take away. */
  drop: z.array(labelKeySchema).max(100).default([]),
});
export type BulkHostChange = z.infer<typeof bulkHostChangeSchema>;

/** Numbers of hosts; the `same` were that way before. */
export const bulkHostChangeResultSchema = z.object({ changed: z.int(), same: z.int() });
export type BulkHostChangeResult = z.infer<typeof bulkHostChangeResultSchema>;

/** Preflight facts, as the probe saw them last. */
export const hostFactsSchema = z.record(z.string(), z.string());
export type HostFacts = z.infer<typeof hostFactsSchema>;

export const hostKeySchema = z.object({
  type: z.string(),
  fingerprint: z.string(),
  source: z.enum(['consent', 'known_hosts', 'import']),
  trustedAt: z.iso.datetime(),
  trustedBy: z.string(),
});
export type HostKeyView = z.infer<typeof hostKeySchema>;

/** Not to be touched: nothing connects to the host before `until` (null: until somebody releases it). */
export const holdSchema = z.object({
  until: z.iso.datetime().nullable(),
  why: z.string(),
  by: z.string(),
  at: z.iso.datetime(),
});
export type Hold = z.infer<typeof holdSchema>;

export const holdInputSchema = z.strictObject({
  until: z.iso.datetime().nullable().default(null),
  why: z.string().trim().min(1).max(300),
});
export type HoldInput = z.infer<typeof holdInputSchema>;

export const hostSchema = z.object({
  id: z.uuid(),
  name: hostNameSchema,
  ...connection,
  facts: hostFactsSchema.nullable(),
  checkedAt: z.iso.datetime().nullable(),
  /** Null until the host was reached or found unreachable; then `reachable` or the reason it was not. */
  reachability: z
    .object({ state: z.enum(['reachable', 'unreachable', 'refused']), reason: z.string().nullable() })
    .nullable(),
  /** Null when it may be touched; one whose time is over is null. */
  hold: holdSchema.nullable(),
  hostKeys: z.array(hostKeySchema),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type HostView = z.infer<typeof hostSchema>;

/** Whether a runbook can run on a host, and what is missing for its first choices. */
export const readinessSchema = z.object({
  runbook: z.string(),
  state: z.enum(['ready', 'degraded', 'impossible']),
  steps: z.array(z.object({ step: z.string(), alternative: z.string().nullable(), missing: z.array(z.string()) })),
});
export type Readiness = z.infer<typeof readinessSchema>;

export const hostCheckSchema = z.object({
  host: hostNameSchema,
  state: z.enum(['reachable', 'unreachable', 'refused']),
  reason: z.string().nullable(),
  /** The host is reached by another transport from now on, and why; null when it stays as it was. */
  switched: z.object({ to: transportSchema, why: z.string() }).nullable(),
  facts: hostFactsSchema.nullable(),
  readiness: z.array(readinessSchema),
});
export type HostCheck = z.infer<typeof hostCheckSchema>;

export const IMPORT_FORMATS = ['ansible-ini', 'ansible-yaml', 'ssh-config', 'csv'] as const;
export const hostImportRequestSchema = z.strictObject({
  format: z.enum(IMPORT_FORMATS).optional(),
  fileName: z.string().max(255).default('inventory'),
  text: z.string().max(8_000_000),
  dryRun: z.boolean().default(false),
  defaults: z
    .strictObject({ class: hostClassSchema.optional(), labels: labelsSchema.optional(), user: userSchema.optional() })
    .default({}),
});
export type HostImportRequest = z.infer<typeof hostImportRequestSchema>;

export const hostImportResultSchema = z.object({
  format: z.enum(IMPORT_FORMATS),
  dryRun: z.boolean(),
  hosts: z.array(
    z.object({
      name: hostNameSchema,
      action: z.enum(['add', 'change', 'same']),
      /** Field → [before, after]; empty for `add` and `same`. */
      changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])),
    }),
  ),
  problems: z.array(z.object({ line: z.int().nullable(), text: z.string(), reason: z.string() })),
});
export type HostImportResult = z.infer<typeof hostImportResultSchema>;

/** The key a server shows, before anybody trusts it. */
export const presentedKeySchema = z.object({
  type: z.string(),
  fingerprint: z.string(),
  publicKey: z.string(),
  known: z.enum(['trusted', 'unknown', 'changed', 'revoked']),
  /** Set when the key was found in a known_hosts file of the control plane. */
  knownHostsFile: z.string().nullable(),
});
export type PresentedKey = z.infer<typeof presentedKeySchema>;
export const trustRequestSchema = z.strictObject({
  fingerprint: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
  replace: z.boolean().default(false),
});
