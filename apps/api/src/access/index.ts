export { AccessModule } from './access.module';
export { AuditService } from './audit.service';
export { Authenticator } from './authenticator.service';
export { People } from './people-by-name.service';
export { Limits, RateLimits } from './rate-limits.service';
export { Reaches, type ScopedHost } from './reach';
export { Caller, mayAct, Needs, Public } from './roles';
export { Scopes } from './scopes.service';
export { TokensService } from './tokens.service';
