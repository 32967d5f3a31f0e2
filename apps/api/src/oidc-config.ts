import { hostScopeSchema, roleSchema } from '@fleetscope/contracts';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const schema = z.strictObject({
  issuer: z.url({ protocol: /^https?$/, error: 'expected https://ISSUER' }),
  clientId: z.string().min(1),
  clientSecretFile: z.string().min(1).optional(),
  /** As the sign-in page calls it. */
  name: z.string().min(1).max(40).default('your organisation'),
  /** The claim that roles are made of, in the ID token or at the user-info endpoint. */
  claim: z.string().min(1).default('groups'),
  /** Besides openid, profile and email. */
  scopes: z.array(z.string().min(1)).default([]),
  /** A value of the claim → role and scope; the first that fits counts. Who fits none is refused. */
  roles: z
    .array(
      z.strictObject({ value: z.string().min(1), role: roleSchema, scope: hostScopeSchema.nullable().default(null) }),
    )
    .min(1),
});

export type OidcSettings = Omit<z.infer<typeof schema>, 'clientSecretFile'> & {
  readonly clientSecret: string;
  readonly redirectUri: string;
};

/** @throws Error with what was expected. The secret is in a file or the environment, never in the settings themselves. */
export const readOidc = (file: string, publicUrl: string | undefined, secret: string | undefined): OidcSettings => {
  if (!publicUrl)
    throw new Error('FLEETSCOPE_PUBLIC_URL: expected the address under which browsers reach this, to come back to');
  const parsed = schema.safeParse(parse(readFileSync(file, 'utf8')));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${file}: ${issue?.path.join('.') || 'settings'}: ${issue?.message ?? 'not valid'}`);
  }
  const { clientSecretFile, ...settings } = parsed.data;
  const clientSecret = clientSecretFile ? readFileSync(clientSecretFile, 'utf8').trim() : secret;
  if (!clientSecret) throw new Error(`${file}: clientSecretFile: expected it, or FLEETSCOPE_OIDC_SECRET`);
  return {
    ...settings,
    clientSecret,
    redirectUri: `${publicUrl.replace(/\/+$/, '')}/api/v1/session/provider/callback`,
  };
};
