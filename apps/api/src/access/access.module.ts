import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessController } from './access.controller';
import { AccessGuard } from './access.guard';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { Scopes } from './scopes.service';
import { SessionsService } from './sessions.service';
import { TokensService } from './tokens.service';

/** Who may do what: tokens, sessions, the guard on every route, the audit log. */
@Module({
  controllers: [AccessController],
  providers: [
    Authenticator,
    AuditService,
    Scopes,
    SessionsService,
    TokensService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Authenticator, AuditService, Scopes, TokensService],
})
export class AccessModule {}
