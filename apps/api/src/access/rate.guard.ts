import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LIMITED, type Limited, RateLimits } from './rate-limits.service';
import { type AuthenticatedRequest } from './roles';

/** After the guard that finds out who calls: so many requests for each caller and address, fewer for some routes. */
@Injectable()
export class RateGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const { identity, ip } = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const who = identity ? `${identity.id} ${ip}` : ip;
    // Agents' calls have no caller: thousands of them may come from one address.
    if (identity) await this.limits.take('requests', who);
    const targets = [context.getHandler(), context.getClass()];
    const limited = this.reflector.getAllAndOverride<Limited | undefined>(LIMITED, targets);
    if (limited) await this.limits.take(limited, who);
    return true;
  }
}
