import { type Scope, type Role } from '@fleetscope/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type * as Library from 'openid-client';
import { z } from 'zod';
import { notFound, ProblemException, RUNTIME, type Runtime, SecretBox } from '../platform';
import { AuditService } from './audit.service';
import { type Provided } from './people.service';

const SIGN_IN_MS = 10 * 60_000;
const SEALED_AS = 'oidc sign-in';
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/;

const pendingSchema = z.object({ verifier: z.string(), state: z.string(), nonce: z.string(), until: z.number() });
const claimsSchema = z.looseObject({
  sub: z.string().min(1).max(255),
  preferred_username: z.string().min(1).max(64).optional(),
  name: z.string().min(1).max(64).optional(),
  email: z.string().max(254).optional(),
});

/** Sign-in at an identity provider: OpenID Connect's authorization code flow with PKCE, state and nonce. */
@Injectable()
export class OidcService {
  private found: Promise<Library.Configuration> | undefined;

  constructor(
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'oidc'>,
    private readonly box: SecretBox,
    private readonly audit: AuditService,
  ) {}

  /** Null when there is no provider. */
  get name(): string | null {
    return this.runtime.oidc?.name ?? null;
  }

  /** Where to send the browser, and what it must bring back with it. */
  async begin(): Promise<{ url: string; sealed: string; expiresAt: Date }> {
    const [library, settings, configuration] = await this.ready();
    const [verifier, state, nonce] = [library.randomPKCECodeVerifier(), library.randomState(), library.randomNonce()];
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: settings.redirectUri,
      scope: ['openid', 'profile', 'email', ...settings.scopes].join(' '),
      code_challenge: await library.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...{ state, nonce },
    });
    const expiresAt = new Date(Date.now() + SIGN_IN_MS);
    const pending = JSON.stringify({ verifier, state, nonce, until: expiresAt.getTime() });
    return { url: url.href, sealed: Buffer.from(this.box.seal(SEALED_AS, pending)).toString('base64url'), expiresAt };
  }

  /** @throws 403 when nothing that the provider says gives a role here; other errors when the answer is not what was asked for. */
  async finish(path: string, sealed: string | undefined): Promise<Provided> {
    const [library, settings, configuration] = await this.ready();
    const { verifier, state, nonce, until } = pendingSchema.parse(
      JSON.parse(this.box.open(SEALED_AS, Buffer.from(sealed ?? '', 'base64url'))),
    );
    if (until < Date.now()) throw new ProblemException(401, 'the sign-in took too long');
    const answered = new URL(settings.redirectUri);
    answered.search = new URL(path, settings.redirectUri).search;
    const tokens = await library.authorizationCodeGrant(configuration, answered, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const inToken = claimsSchema.parse(tokens.claims());
    // Many providers keep groups out of the token, to keep it small.
    const more =
      settings.claim in inToken || !configuration.serverMetadata().userinfo_endpoint
        ? {}
        : await library.fetchUserInfo(configuration, tokens.access_token, inToken.sub);
    return this.provided(claimsSchema.parse({ ...inToken, ...more }), configuration.serverMetadata().issuer);
  }

  private async provided(claims: z.infer<typeof claimsSchema>, issuer: string): Promise<Provided> {
    const { sub: subject, email = null } = claims;
    const name = claims.preferred_username ?? claims.name ?? email ?? subject;
    const granted = this.granted(claims);
    if (!granted) {
      await this.audit.record(name, 'session.open', name, 'denied', { issuer, subject });
      throw new ProblemException(403, `nothing that ${issuer} says of ${subject} gives a role here`);
    }
    return { issuer, subject, name, email, ...granted };
  }

  /** The first rule that fits counts. */
  private granted(claims: Record<string, unknown>): { role: Role; scope: Scope } | null {
    const { claim, roles } = this.runtime.oidc ?? { claim: '', roles: [] };
    const values = [claims[claim]].flat();
    return roles.find(({ value }) => values.includes(value)) ?? null;
  }

  private async ready(): Promise<[typeof Library, NonNullable<Runtime['oidc']>, Library.Configuration]> {
    const settings = this.runtime.oidc;
    if (!settings) throw notFound('identity provider', 'the administrator sets one with FLEETSCOPE_OIDC');
    const library = await import('openid-client');
    this.found ??= library.discovery(new URL(settings.issuer), settings.clientId, settings.clientSecret, undefined, {
      // What never leaves this machine may do without TLS.
      execute: LOOPBACK.test(settings.issuer) ? [library.allowInsecureRequests] : [],
    });
    // A provider that was away is asked again.
    this.found.catch(() => (this.found = undefined));
    return [library, settings, await this.found];
  }
}
