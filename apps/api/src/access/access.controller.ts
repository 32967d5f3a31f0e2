import {
  auditCheckSchema,
  auditEntrySchema,
  type AuditCheck,
  createdTokenSchema,
  identitySchema,
  tokenInputSchema,
  tokenViewSchema,
  type AuditEntry,
  type Identity,
  type TokenView,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { createZodDto } from '../platform';
import { AuditService } from './audit.service';
import { Reaches } from './reach';
import { Caller, Needs } from './roles';
import { TokensService } from './tokens.service';

class TokenInputDto extends createZodDto(tokenInputSchema) {}
class TokenDto extends createZodDto(tokenViewSchema) {}
class CreatedTokenDto extends createZodDto(createdTokenSchema) {}
class IdentityDto extends createZodDto(identitySchema) {}
class AuditCheckDto extends createZodDto(auditCheckSchema) {}
class AuditEntryDto extends createZodDto(auditEntrySchema) {}
/** Postgres's integer. */
const MAX_INT = 2_147_483_647;
class AuditQueryDto extends createZodDto(
  z.object({
    limit: z.coerce.number().int().min(1).max(1_000).default(100),
    before: z.coerce.number().int().max(MAX_INT).optional(),
  }),
) {}

@ApiTags('access')
@Controller('api/v1')
export class AccessController {
  constructor(
    private readonly tokens: TokensService,
    private readonly audit: AuditService,
  ) {}

  @Get('me')
  @Reaches('nothing')
  @ZodResponse({ status: 200, type: IdentityDto })
  me(@Caller() caller: Identity): Identity {
    return caller;
  }

  @Get('tokens')
  @Needs('admin')
  @ZodResponse({ status: 200, type: [TokenDto] })
  listTokens(): Promise<TokenView[]> {
    return this.tokens.list();
  }

  @Post('tokens')
  @Needs('admin')
  @ZodResponse({ status: 201, type: CreatedTokenDto })
  createToken(@Body() input: TokenInputDto, @Caller() caller: Identity): Promise<TokenView & { token: string }> {
    return this.tokens.create(input, caller.name);
  }

  @Delete('tokens/:id')
  @Needs('admin')
  @HttpCode(204)
  revokeToken(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Identity): Promise<void> {
    return this.tokens.revoke(id, caller.name);
  }

  @Get('audit')
  @Needs('commander')
  @ZodResponse({ status: 200, type: [AuditEntryDto] })
  listAudit(@Query() query: AuditQueryDto): Promise<AuditEntry[]> {
    return this.audit.list(query.limit, query.before);
  }

  /** Whether any entry was changed or removed since it was written: the chain of hashes, computed anew. */
  @Get('audit/check')
  @Needs('admin')
  @ZodResponse({ status: 200, type: AuditCheckDto })
  checkAudit(): Promise<AuditCheck> {
    return this.audit.verify();
  }
}
