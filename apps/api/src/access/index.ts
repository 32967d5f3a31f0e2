export { AccessModule } from './access.module';
export { AuditService } from './audit.service';
export { Authenticator } from './authenticator.service';
export { Caller, mayAct, Needs, Public } from './roles';
export { TokensService } from './tokens.service';
