import { type Role } from '@fleetscope/contracts';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ProblemException } from '../platform/problem';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { IS_PUBLIC, mayAct, NEEDS_ROLE, type AuthenticatedRequest } from './roles';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Every call needs a token or a session, and the role its route names. Denied mutations are audited. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly audit: AuditService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const identity = await this.authenticator.identify(request.headers);
    if (!identity) {
      throw new ProblemException(401, 'no valid token or session was shown', {
        hint: 'send `Authorization: Bearer TOKEN`, or log in with the link that `fleetscope login-link` prints',
      });
    }
    const mutates = !READS.has(request.method);
    if (mutates && identity.via === 'session' && !this.sameOrigin(request)) {
      throw new ProblemException(403, 'a request with a session must come from the same origin');
    }
    const needed = this.reflector.getAllAndOverride<Role | undefined>(NEEDS_ROLE, targets) ?? 'viewer';
    if (!mayAct(identity.role, needed)) {
      if (mutates)
        await this.audit.record(
          identity.name,
          'denied',
          `${request.method} ${request.routeOptions.url ?? ''}`,
          'denied',
          { needed },
        );
      throw new ProblemException(403, `this needs the role ${needed}; ${identity.name} has ${identity.role}`);
    }
    request.identity = identity;
    return true;
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
