import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { WsAdapter } from '@nestjs/platform-ws';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Logger } from 'nestjs-pino';
import { cleanupOpenApiDoc } from 'nestjs-zod';
import { AGENT_CONTENT_TYPE, SEALED_CONTENT_TYPE } from '@fleetscope/contracts';
import { Authenticator } from './access';
import { AppModule } from './app.module';
import { asRequestFrom, type Runtime } from './platform';
import { compressAnswers } from './platform/compression';
import { titleOf } from './platform/problem';

/** An imported probe's frames are the largest thing anybody sends. */
const BODY_LIMIT = 96 * 1024 * 1024;

/** The HTTP application, not yet listening: routes, documents, web UI, websocket. */
export const createApplication = async (runtime: Runtime): Promise<NestFastifyApplication> => {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: runtime.trustedProxies.length > 0 ? [...runtime.trustedProxies] : false,
    forceCloseConnections: true,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(runtime), adapter, {
    bufferLogs: true,
    abortOnError: false,
    // What others sign are the bytes that they send.
    rawBody: true,
  });
  app.useLogger(app.get(Logger));
  app.useWebSocketAdapter(new WsAdapter(app));
  await app.register(fastifyCookie as never);
  await app.register(fastifyHelmet as never, {
    // styles are set by Mantine and by canvas components at run time; everything else comes from us alone.
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: false,
  });
  rememberOrigins(app);
  app.getHttpAdapter().getInstance().addHook('onSend', compressAnswers);
  refuseLargeBodiesOfStrangers(app);
  keepSignedBodies(app);
  takeSealedEvidence(app);
  SwaggerModule.setup('api/docs', app, () => describeApi(app), { jsonDocumentUrl: 'api/docs/openapi.json' });
  await serveUi(app, runtime.uiDir);
  return app;
};

/** The audit log says from where. */
const rememberOrigins = (app: NestFastifyApplication): void => {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', ({ ip }, _, done) => asRequestFrom(ip, done));
};

const STRANGERS_LIMIT = 65_536;

/** The guard runs after the body was read: what is large is read only from somebody we know. */
const refuseLargeBodiesOfStrangers = (app: NestFastifyApplication): void => {
  const authenticator = app.get(Authenticator);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRequest', async ({ headers }, reply) => {
      const announced = headers['transfer-encoding'] ? Infinity : Number(headers['content-length'] ?? 0);
      if (!(announced > STRANGERS_LIMIT) || (await authenticator.identify(headers))) return;
      await reply
        .status(401)
        .header('content-type', 'application/problem+json')
        .send({
          type: 'about:blank',
          title: titleOf(401),
          status: 401,
          detail: 'no valid token or session was shown, and the body is too large to be read without one',
        });
    });
};

/** A signature is over bytes: those of an agent's request are kept beside what they mean. */
const keepSignedBodies = (app: NestFastifyApplication): void => {
  app
    .getHttpAdapter()
    .getInstance()
    .addContentTypeParser(
      AGENT_CONTENT_TYPE,
      { parseAs: 'buffer', bodyLimit: STRANGERS_LIMIT },
      (
        request: FastifyRequest & { rawBody?: Buffer },
        body: Buffer,
        done: (error: Error | null, body?: unknown) => void,
      ) => {
        request.rawBody = body;
        try {
          done(null, JSON.parse(body.toString('utf8')));
        } catch {
          done(Object.assign(new Error('the body is no JSON'), { statusCode: 400 }));
        }
      },
    );
};

/** A zip is taken as it is; whoever is too large is refused before it is read. */
const takeSealedEvidence = (app: NestFastifyApplication): void => {
  app
    .getHttpAdapter()
    .getInstance()
    .addContentTypeParser(
      SEALED_CONTENT_TYPE,
      { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
      (_: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void) => done(null, body),
    );
};

export const describeApi = (app: NestFastifyApplication): OpenAPIObject =>
  cleanupOpenApiDoc(
    SwaggerModule.createDocument(
      app,
      new DocumentBuilder()
        .setTitle('Fleetscope')
        .setDescription('Fleet investigation control plane. Errors are application/problem+json after RFC 9457.')
        .setVersion('1')
        .setOpenAPIVersion('3.1.0')
        .addBearerAuth()
        .addSecurityRequirements('bearer')
        .build(),
      {
        operationIdFactory: (controller, method) =>
          `${controller.replace('Controller', '').replace(/^./, (c) => c.toLowerCase())}.${method}`,
      },
    ),
  );

/** A name with an ending is a file of the web UI; every other path that a browser asks for is a page of it. */
const serveUi = async (app: NestFastifyApplication, uiDir: string | null): Promise<void> => {
  if (!uiDir) return;
  // Without routes of its own: they would list the files of one build, and a rebuilt UI would need a restart.
  await app.register(fastifyStatic as never, {
    root: uiDir,
    serve: false,
    // Vite names assets by their content; the page that names them must be asked for again.
    setHeaders: (reply: FastifyReply, path: string) =>
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'),
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/*', (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const { sendFile } = reply as unknown as { sendFile(this: unknown, name: string): FastifyReply };
    if (!path.startsWith('/api/')) {
      if (/\.[a-z0-9]+$/.test(path)) return sendFile.call(reply, path);
      if ((request.headers.accept ?? '').includes('text/html')) return sendFile.call(reply, 'index.html');
    }
    return reply
      .status(404)
      .header('content-type', 'application/problem+json')
      .send({
        type: 'about:blank',
        title: titleOf(404),
        status: 404,
        detail: `there is nothing at ${path}`,
        hint: 'the API is described at /api/docs',
      });
  });
};
