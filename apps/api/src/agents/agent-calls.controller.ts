import {
  chunkAnswerSchema,
  chunkSchema,
  enrolledSchema,
  enrolRequestSchema,
  leaseAnswerSchema,
  leaseRequestSchema,
  MAX_CHUNK_BYTES,
  SERVER_TIME_HEADER,
  type Enrolled,
  type LeaseAnswer,
} from '@fleetscope/contracts';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Req,
  Res,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { ZodResponse } from 'nestjs-zod';
import { gunzipSync } from 'node:zlib';
import { Limits, Public } from '../access';
import { createZodDto, invalid } from '../platform';
import { AgentGuard, SigningAgent } from './agent.guard';
import { AgentProgram } from './agent-program.service';
import { type KnownAgent } from './agents.service';
import { EnrolmentService } from './enrolment.service';
import { LeasePolls } from './lease-polls.service';
import { LeasesService } from './leases.service';

class EnrolRequestDto extends createZodDto(enrolRequestSchema) {}
class EnrolledDto extends createZodDto(enrolledSchema) {}
class LeaseRequestDto extends createZodDto(leaseRequestSchema) {}
class LeaseAnswerDto extends createZodDto(leaseAnswerSchema) {}
class ChunkDto extends createZodDto(chunkSchema) {}
class ChunkAnswerDto extends createZodDto(chunkAnswerSchema) {}

const unpacked = (data: string): Buffer => {
  if (data === '') return Buffer.alloc(0);
  try {
    return gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MAX_CHUNK_BYTES });
  } catch {
    throw invalid('data', `at most ${MAX_CHUNK_BYTES} bytes, gzipped, base64`, undefined);
  }
};

/** What agents call. No token opens these: every request but the enrolment is signed with the agent's key. */
@ApiTags('agent')
@Controller('api/v1/agent')
@Public()
export class AgentCallsController {
  constructor(
    private readonly enrolments: EnrolmentService,
    private readonly polls: LeasePolls,
    private readonly leases: LeasesService,
    private readonly program: AgentProgram,
  ) {}

  /** The agent's program; it holds no secret. */
  @Get('program')
  @Limits('enrolments')
  @ApiProduces('text/javascript')
  async getProgram(): Promise<StreamableFile> {
    return new StreamableFile(await this.program.read(), { type: 'text/javascript' });
  }

  /** A token, once, against a key: the agent's identity from now on. */
  @Post('enrol')
  @Limits('enrolments')
  @ZodResponse({ status: 201, type: EnrolledDto })
  async enrol(@Body() request: EnrolRequestDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<Enrolled> {
    void reply.header(SERVER_TIME_HEADER, String(Date.now()));
    return this.enrolments.enrol(request);
  }

  /** Extends what the agent holds, and waits for a run of its host, a cancellation, or the end of its patience. */
  @Post('lease')
  @UseGuards(AgentGuard)
  @HttpCode(200)
  @ZodResponse({ status: 200, type: LeaseAnswerDto })
  async lease(
    @SigningAgent() agent: KnownAgent,
    @Body() request: LeaseRequestDto,
    @Req() { raw }: FastifyRequest,
  ): Promise<LeaseAnswer> {
    const hungUp = new AbortController();
    const abort = (): void => hungUp.abort();
    raw.socket.once('close', abort);
    try {
      return await this.polls.poll(agent, request, hungUp.signal);
    } finally {
      raw.socket.removeListener('close', abort);
    }
  }

  /** The next bytes of a run's probe; sent again, they are acknowledged and ignored. */
  @Post('runs/:id/chunks')
  @UseGuards(AgentGuard)
  @HttpCode(200)
  @ZodResponse({ status: 200, type: ChunkAnswerDto })
  async addChunk(
    @SigningAgent() agent: KnownAgent,
    @Param('id', ParseUUIDPipe) id: string,
    @Body() chunk: ChunkDto,
  ): Promise<{ next: number }> {
    return { next: await this.leases.keep(agent.id, id, chunk, unpacked(chunk.data)) };
  }
}
