import { type Identity } from '@fleetscope/contracts';
import { type FastifyReply } from 'fastify';
import { SESSION_COOKIE } from './secrets';
import { type OpenedSession } from './sessions.service';

/** Out of reach of scripts and of other sites. */
export const giveSession = (reply: FastifyReply, { secret, identity, expiresAt }: OpenedSession): Identity => {
  void reply.setCookie(SESSION_COOKIE, secret, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: reply.request.protocol === 'https',
    expires: expiresAt,
  });
  return identity;
};
