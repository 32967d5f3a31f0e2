import { ROLES, type Identity, type Role } from '@fleetscope/contracts';
import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import { type FastifyRequest } from 'fastify';

export const IS_PUBLIC = 'fleetscope:public';
export const NEEDS_ROLE = 'fleetscope:role';

/** A route that answers without a token. Everything else needs one. */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(IS_PUBLIC, true);

/** The least role that may call a route; `viewer` where nothing is said. */
export const Needs = (role: Role): MethodDecorator & ClassDecorator => SetMetadata(NEEDS_ROLE, role);

export const mayAct = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

export type AuthenticatedRequest = FastifyRequest & { identity?: Identity };

/** The caller, as the guard found it. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Identity => {
  const { identity } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!identity) throw new Error('a public route has no caller');
  return identity;
});
