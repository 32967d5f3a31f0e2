import { type Identity, type Role } from '@fleetscope/contracts';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ProblemException } from '../platform/problem';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { RateLimits } from './rate-limits.service';
import { type RouteReach, REACH } from './reach';
import { IS_PUBLIC, mayAct, NEEDS_ROLE, type AuthenticatedRequest } from './roles';
import { Scopes, scopeText } from './scopes.service';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const routeOf = ({ method, routeOptions }: AuthenticatedRequest): string => `${method} ${routeOptions.url ?? ''}`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Every call needs a token or a session, the role its route names, and what it reaches within its scope. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly audit: AuditService,
    private readonly scopes: Scopes,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const identity = await this.authenticator.identify(request.headers);
    if (!identity) {
      await this.limits.take('strangers', request.ip);
      throw new ProblemException(401, 'no valid token or session was shown', {
        hint: 'send `Authorization: Bearer TOKEN`, or log in with the link that `fleetscope login-link` prints',
      });
    }
    if (!READS.has(request.method) && identity.via === 'session' && !this.sameOrigin(request))
      throw new ProblemException(403, 'a request with a session must come from the same origin');
    const needed = this.reflector.getAllAndOverride<Role | undefined>(NEEDS_ROLE, targets) ?? 'viewer';
    if (!mayAct(identity.role, needed)) {
      await this.denied(identity, request, { needed });
      throw new ProblemException(403, `this needs the role ${needed}; ${identity.name} has ${identity.role}`);
    }
    if (identity.scope !== null)
      await this.checkReach(
        identity,
        request,
        this.reflector.getAllAndOverride<RouteReach | undefined>(REACH, targets) ?? 'fleet',
      );
    request.identity = identity;
    return true;
  }

  private async checkReach(identity: Identity, request: AuthenticatedRequest, reach: RouteReach): Promise<void> {
    if (reach === 'nothing' || reach === 'scoped') return;
    if (reach === 'fleet') {
      await this.denied(identity, request, { scope: identity.scope });
      throw new ProblemException(
        403,
        `this is about the whole fleet; the scope of ${identity.name} is ${scopeText(identity.scope)}`,
      );
    }
    const { id, name } = request.params as { id?: string; name?: string };
    const named = (reach === 'host' ? name : id) ?? '';
    // What is no id is told so by the route itself.
    if (reach !== 'host' && !UUID.test(named)) return;
    if (reach === 'whole-investigation')
      return this.scopes.mustReach(
        identity,
        'investigation',
        named,
        READS.has(request.method) ? null : routeOf(request),
      );
    if (await this.scopes.sees(identity.scope, reach, named)) return;
    await this.denied(identity, request, { outsideScope: named });
    return this.scopes.mustSee(identity.scope, reach, named);
  }

  /** Mutations alone: who looks where they may not changes nothing. */
  private async denied(identity: Identity, request: AuthenticatedRequest, detail: object): Promise<void> {
    if (READS.has(request.method)) return;
    await this.audit.record(identity.name, 'denied', routeOf(request), 'denied', { ...detail });
  }

  private sameOrigin(request: AuthenticatedRequest): boolean {
    const { origin, host } = request.headers;
    if (origin === undefined) return true; // not a browser's cross-site request: browsers always send it with those
    try {
      return new URL(origin).host === host;
    } catch {
      return false;
    }
  }
}
