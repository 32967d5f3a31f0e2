import { AGENT_HEADERS, MAX_SKEW_MS, SERVER_TIME_HEADER, signedText } from '@fleetscope/contracts';
import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { ProblemException } from '../platform';
import { AgentsService, revoked, type KnownAgent } from './agents.service';

/** A request whose body was kept as it came (see application.ts), and who signed it. */
export type AgentRequest = FastifyRequest & { rawBody?: Buffer; agent?: KnownAgent };

/** An Ed25519 key from its SPKI bytes in base64; null when it is none. */
export const publicKeyOf = (base64: string): KeyObject | null => {
  try {
    const key = createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    return null;
  }
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const unsigned = (): ProblemException =>
  new ProblemException(401, 'the request is not signed by an agent that is known here', {
    hint: 'enrol the agent again: `fleetscope agents enrol` prints the command',
  });

/**
 * Agents' calls are signed: method, path, hash of the body, time, and a number used once. The signature is looked at
 * first, so that nobody learns or spends anything without the key.
 */
@Injectable()
export class AgentGuard implements CanActivate {
  constructor(private readonly agents: AgentsService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AgentRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const now = Date.now();
    void reply.header(SERVER_TIME_HEADER, String(now));
    const header = (name: string): string => {
      const value = request.headers[name];
      return typeof value === 'string' ? value : '';
    };
    const [id, time, nonce] = [AGENT_HEADERS.agent, AGENT_HEADERS.time, AGENT_HEADERS.nonce].map(header) as [
      string,
      string,
      string,
    ];
    if (!UUID.test(id) || !/^[0-9]{13}$/.test(time) || !/^[A-Za-z0-9_-]{16,64}$/.test(nonce)) throw unsigned();
    const agent = await this.agents.known(id);
    const key = agent ? publicKeyOf(agent.publicKey) : null;
    if (!agent || !key || !request.rawBody) throw unsigned();
    const bodyHash = createHash('sha256').update(request.rawBody).digest('hex');
    const text = signedText({ method: request.method, path: request.url, bodyHash, time, nonce });
    if (!verify(null, Buffer.from(text), key, Buffer.from(header(AGENT_HEADERS.signature), 'base64'))) throw unsigned();
    if (agent.revokedAt) throw revoked();
    if (Math.abs(Number(time) - now) > MAX_SKEW_MS)
      throw new ProblemException(401, `the agent's clock is off by ${Math.round((Number(time) - now) / 1000)} s`, {
        hint: `sign with the time of the header ${SERVER_TIME_HEADER}`,
      });
    if (!(await this.agents.firstUse(agent.id, nonce)))
      throw new ProblemException(401, 'the request was received before: its nonce is used up');
    request.agent = agent;
    return true;
  }
}

/** The agent that signed the request. */
export const SigningAgent = createParamDecorator((_: unknown, context: ExecutionContext): KnownAgent => {
  const { agent } = context.switchToHttp().getRequest<AgentRequest>();
  if (!agent) throw new Error('the route has no agent guard');
  return agent;
});
