import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessController } from './access.controller';
import { AccessGuard } from './access.guard';
import { AuditService } from './audit.service';
import { Authenticator } from './authenticator.service';
import { OidcService } from './oidc.service';
import { People } from './people-by-name.service';
import { PeopleController } from './people.controller';
import { PeopleService } from './people.service';
import { RateCounts } from './rate-counts.service';
import { RateGuard } from './rate.guard';
import { RateLimits } from './rate-limits.service';
import { Scopes } from './scopes.service';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';
import { TokensService } from './tokens.service';

/** Who may do what: tokens, sessions, the guard on every route, the audit log. */
@Module({
  controllers: [AccessController, PeopleController, SessionsController],
  providers: [
    Authenticator,
    AuditService,
    OidcService,
    People,
    PeopleService,
    RateCounts,
    RateLimits,
    Scopes,
    SessionsService,
    TokensService,
    // In this order: who it is, then how often.
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useClass: RateGuard },
  ],
  exports: [Authenticator, AuditService, People, RateLimits, Scopes, TokensService],
})
export class AccessModule {}
