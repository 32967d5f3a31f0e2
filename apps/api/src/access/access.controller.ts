import {
  auditCheckSchema,
  auditEntrySchema,
  type AuditCheck,
  createdTokenSchema,
  identitySchema,
  loginLinkSchema,
  sessionRequestSchema,
  tokenInputSchema,
  tokenViewSchema,
  type AuditEntry,
  type Identity,
  type TokenView,
} from '@fleetscope/contracts';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Throttle, ThrottlerGuard } from '@nestjs/throttler';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { createZodDto, invalid } from '../platform';
import { AuditService } from './audit.service';
import { Reaches } from './reach';
import { Caller, Needs, Public } from './roles';
import { hashSecret, SESSION_COOKIE } from './secrets';
import { SessionsService } from './sessions.service';
import { TokensService } from './tokens.service';

class TokenInputDto extends createZodDto(tokenInputSchema) {}
class TokenDto extends createZodDto(tokenViewSchema) {}
class CreatedTokenDto extends createZodDto(createdTokenSchema) {}
class IdentityDto extends createZodDto(identitySchema) {}
class LoginLinkDto extends createZodDto(loginLinkSchema) {}
class SessionRequestDto extends createZodDto(z.object({ code: z.string().optional(), token: z.string().optional() })) {}
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
    private readonly sessions: SessionsService,
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

  @Post('login-links')
  @Reaches('nothing')
  @ZodResponse({ status: 201, type: LoginLinkDto })
  createLoginLink(@Caller() caller: Identity): Promise<{ path: string; expiresAt: string }> {
    return this.sessions.createLink(caller);
  }

  /** Opens a browser session with a one-time code or with a token, and sets its cookie. At most 30 tries a minute from one address. */
  @Public()
  @UseGuards(ThrottlerGuard)
  @Throttle({ default: { ttl: 60_000, limit: 30 } })
  @Post('session')
  @ZodResponse({ status: 201, type: IdentityDto })
  async openSession(
    @Body() body: SessionRequestDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Identity> {
    const parsed = sessionRequestSchema.safeParse(body);
    // What was sent may be most of a secret: it is not shown again.
    if (!parsed.success)
      throw invalid(
        body.token === undefined ? 'code' : 'token',
        'either a login code or a token, of 16 to 128 characters',
        undefined,
      );
    const request = parsed.data;
    const { secret, identity, expiresAt } =
      'code' in request
        ? await this.sessions.openWithCode(request.code)
        : await this.sessions.openWithToken(request.token);
    void reply.setCookie(SESSION_COOKIE, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: reply.request.protocol === 'https',
      expires: expiresAt,
    });
    return identity;
  }

  @Delete('session')
  @Reaches('nothing')
  @HttpCode(204)
  async closeSession(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const secret = request.cookies[SESSION_COOKIE];
    if (secret) await this.sessions.close(hashSecret(secret));
    void reply.clearCookie(SESSION_COOKIE, { path: '/' });
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
