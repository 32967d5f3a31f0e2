import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { type Identity } from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Caller, Needs, Reaches } from '../access';
import { ProblemException, RUNTIME, type Runtime } from '../platform';
import { mcpServer } from './mcp-server';
import { OwnRoutes } from './own-routes.service';
import { FLEET_TOOLS } from './tools/fleet.tools';
import { REVIEW_TOOLS } from './tools/review.tools';
import { type Tool } from './tools/tool';
import { triageTool } from './tools/triage.tool';

/** Of a request's headers, what the protocol knows. */
const PROTOCOL_HEADERS = ['accept', 'content-type', 'mcp-protocol-version'] as const;

@ApiTags('mcp')
@Controller('api/v1/mcp')
@Needs('viewer')
export class McpController {
  private readonly tools: readonly Tool[];

  constructor(
    private readonly routes: OwnRoutes,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'mcpMaxHosts' | 'version'>,
  ) {
    this.tools = [...REVIEW_TOOLS, ...FLEET_TOOLS, triageTool(runtime.mcpMaxHosts)];
  }

  /** The Model Context Protocol over streamable HTTP, without sessions: each tool is a call of a route as the bearer of the token. */
  @Post()
  @Reaches('scoped')
  @HttpCode(200)
  async message(
    @Body() body: Record<string, unknown>,
    @Caller() caller: Identity,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { authorization } = request.headers;
    if (caller.via !== 'token' || authorization === undefined)
      throw new ProblemException(403, 'a session opens no MCP; send `Authorization: Bearer TOKEN`');
    if (Array.isArray(body)) throw new ProblemException(400, 'expected one message, got a list of them');
    const server = mcpServer(this.tools, this.routes.as({ authorization, address: request.ip }), this.runtime.version);
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    try {
      const answer = await transport.handleRequest(webRequest(request), { parsedBody: body });
      await reply
        .status(answer.status)
        .headers(Object.fromEntries(answer.headers))
        .send(await answer.text());
    } finally {
      await server.close();
    }
  }

  /** Nothing is sent unasked, and there is no session to end. */
  @Get()
  @Reaches('nothing')
  @ApiExcludeEndpoint()
  stream(): never {
    throw new ProblemException(405, 'nothing is sent here that was not asked for; send messages with POST');
  }

  @Delete()
  @Reaches('nothing')
  @ApiExcludeEndpoint()
  end(): never {
    throw new ProblemException(405, 'there are no sessions to end; send messages with POST');
  }
}

/** The transport looks at method and headers alone. */
const webRequest = ({ headers }: FastifyRequest): Request =>
  new Request('http://localhost/api/v1/mcp', {
    method: 'POST',
    headers: Object.fromEntries(PROTOCOL_HEADERS.flatMap((name) => (headers[name] ? [[name, headers[name]]] : []))),
  });
