import {
  identitySchema,
  loginLinkSchema,
  sessionRequestSchema,
  signInWaysSchema,
  type Identity,
  type SignInWays,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Logger, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { createZodDto, invalid, ProblemException } from '../platform';
import { OidcService } from './oidc.service';
import { PeopleService } from './people.service';
import { Limits } from './rate-limits.service';
import { Reaches } from './reach';
import { Caller, Public } from './roles';
import { hashSecret, SESSION_COOKIE } from './secrets';
import { giveSession } from './session-cookie';
import { SessionsService } from './sessions.service';

class IdentityDto extends createZodDto(identitySchema) {}
class LoginLinkDto extends createZodDto(loginLinkSchema) {}
class SignInWaysDto extends createZodDto(signInWaysSchema) {}
class SessionRequestDto extends createZodDto(
  z.object({
    code: z.string().optional(),
    token: z.string().optional(),
    name: z.string().optional(),
    password: z.string().optional(),
  }),
) {}

/** Holds what a sign-in at the provider must come back with; sent to its two routes alone. */
const SIGN_IN_COOKIE = 'fleetscope_sign_in';
const SIGN_IN_PATH = '/api/v1/session/provider';

@ApiTags('access')
@Controller('api/v1')
export class SessionsController {
  private readonly log = new Logger('SignIn');

  constructor(
    private readonly sessions: SessionsService,
    private readonly people: PeopleService,
    private readonly oidc: OidcService,
  ) {}

  @Post('login-links')
  @Reaches('nothing')
  @ZodResponse({ status: 201, type: LoginLinkDto })
  createLoginLink(@Caller() caller: Identity): Promise<{ path: string; expiresAt: string }> {
    return this.sessions.createLink(caller);
  }

  /** Opens a browser session with a one-time code, a token, or a name and a password, and sets its cookie. */
  @Public()
  @Limits('signIns')
  @Post('session')
  @ZodResponse({ status: 201, type: IdentityDto })
  async openSession(
    @Body() body: SessionRequestDto,
    @Req() { ip }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Identity> {
    const parsed = sessionRequestSchema.safeParse(body);
    // What was sent may be most of a secret: it is not shown again.
    if (!parsed.success)
      throw invalid(
        body.token === undefined ? (body.name === undefined ? 'code' : 'password') : 'token',
        'either a login code, or a token, of 16 to 128 characters, or a name and a password',
        undefined,
      );
    const request = parsed.data;
    const opened =
      'code' in request
        ? await this.sessions.openWithCode(request.code)
        : 'token' in request
          ? await this.sessions.openWithToken(request.token)
          : await this.people.signIn(request.name, request.password, ip);
    return giveSession(reply, opened);
  }

  @Delete('session')
  @Reaches('nothing')
  @HttpCode(204)
  async closeSession(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const secret = request.cookies[SESSION_COOKIE];
    if (secret) await this.sessions.close(hashSecret(secret));
    void reply.clearCookie(SESSION_COOKIE, { path: '/' });
  }

  /** What the sign-in page offers: the name of the identity provider, when there is one. */
  @Public()
  @Get('session/ways')
  @ZodResponse({ status: 200, type: SignInWaysDto })
  ways(): SignInWays {
    return { provider: this.oidc.name };
  }

  /** Sends the browser to the identity provider. */
  @Public()
  @Limits('signIns')
  @Get('session/provider')
  async atProvider(@Res() reply: FastifyReply): Promise<void> {
    const { url, sealed, expiresAt } = await this.oidc.begin();
    await reply
      .setCookie(SIGN_IN_COOKIE, sealed, {
        path: SIGN_IN_PATH,
        httpOnly: true,
        // The provider sends the browser back here: that is another site's doing.
        sameSite: 'lax',
        secure: reply.request.protocol === 'https',
        expires: expiresAt,
      })
      .redirect(url, 302);
  }

  /** Where the identity provider sends the browser back to. */
  @Public()
  @Limits('signIns')
  @Get('session/provider/callback')
  async fromProvider(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    void reply.clearCookie(SIGN_IN_COOKIE, { path: SIGN_IN_PATH });
    try {
      const provided = await this.oidc.finish(request.url, request.cookies[SIGN_IN_COOKIE]);
      giveSession(reply, await this.people.signInProvided(provided));
    } catch (error) {
      const isRefused = error instanceof ProblemException && error.getStatus() === 403;
      // Without the answer's own words: they may hold codes.
      this.log.warn(`a sign-in at the provider failed: ${isRefused ? error.detail : (error as Error).name}`);
      return void (await reply.redirect(`/login#problem=${isRefused ? 'refused' : 'failed'}`, 302));
    }
    await reply.redirect('/', 302);
  }
}
