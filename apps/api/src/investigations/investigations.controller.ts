import {
  evidenceSchema,
  investigationRequestSchema,
  investigationSchema,
  investigationSnapshotSchema,
  liveEventSchema,
  observationSchema,
  previewSchema,
  reportSchema,
  runDetailSchema,
  type Identity,
  type InvestigationSnapshot,
  type InvestigationView,
  type LiveEvent,
  type Preview,
  type Report,
  type RunDetail,
} from '@fleetscope/contracts';
import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';
import { z } from 'zod';
import { AuditService, Caller, Limits, Needs, Reaches } from '../access';
import { EvidenceService } from '../evidence';
import { EventLog } from '../live';
import { ObservationsService, onOurClock } from '../observations';
import { CancelService } from './cancel.service';
import { PlanService } from './plan.service';
import { PreviewService } from './preview.service';
import { InvestigationReader } from './reader.service';
import { createZodDto, notFound } from '../platform';

class InvestigationRequestDto extends createZodDto(investigationRequestSchema) {}
class PreviewDto extends createZodDto(previewSchema) {}
class InvestigationDto extends createZodDto(investigationSchema) {}
class SnapshotDto extends createZodDto(investigationSnapshotSchema) {}
class ReportDto extends createZodDto(reportSchema) {}
class EventsDto extends createZodDto(z.object({ events: z.array(liveEventSchema) })) {}
class ListQueryDto extends createZodDto(
  z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), before: z.iso.datetime().optional() }),
) {}
class EventsQueryDto extends createZodDto(
  z.object({
    since: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(2_000).default(1_000),
  }),
) {}

@ApiTags('investigations')
@Controller('api/v1/investigations')
@Reaches('investigation')
export class InvestigationsController {
  constructor(
    private readonly plan: PlanService,
    private readonly previews: PreviewService,
    private readonly reader: InvestigationReader,
    private readonly canceller: CancelService,
    private readonly events: EventLog,
  ) {}

  /** Starts a runbook on the hosts that the targets select. */
  @Post()
  @Needs('operator')
  @Reaches('scoped')
  @Limits('launches')
  @ZodResponse({ status: 201, type: InvestigationDto })
  async create(@Body() request: InvestigationRequestDto, @Caller() caller: Identity): Promise<InvestigationView> {
    return this.reader.view(await this.plan.create(request, caller), caller.scope);
  }

  /** What the same request would do: on how many hosts, at which cost, and with whose word. Nothing starts. */
  @Post('preview')
  @Needs('operator')
  @Reaches('scoped')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: PreviewDto })
  preview(@Body() request: InvestigationRequestDto, @Caller() caller: Identity): Promise<Preview> {
    return this.previews.of(request, caller);
  }

  @Get()
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: [InvestigationDto] })
  list(@Query() { limit, before }: ListQueryDto, @Caller() { scope }: Identity): Promise<InvestigationView[]> {
    return this.reader.list(limit, before ? new Date(before) : null, scope);
  }

  /** The investigation with its runs, and the sequence number it stands at. */
  @Get(':id')
  @ZodResponse({ status: 200, type: SnapshotDto })
  async get(@Param('id', ParseUUIDPipe) id: string, @Caller() { scope }: Identity): Promise<InvestigationSnapshot> {
    const snapshot = await this.reader.snapshot(id, scope);
    if (!snapshot) throw notFound(`investigation ${id}`);
    return snapshot;
  }

  @Get(':id/report')
  @ZodResponse({ status: 200, type: ReportDto })
  report(@Param('id', ParseUUIDPipe) id: string, @Caller() { scope }: Identity): Promise<Report> {
    return this.reader.report(id, scope);
  }

  /** The event log after `since`, for clients without a websocket. */
  @Get(':id/events')
  @ZodResponse({ status: 200, type: EventsDto })
  async listEvents(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { since, limit }: EventsQueryDto,
    @Caller() { scope }: Identity,
  ): Promise<{ events: LiveEvent[] }> {
    await this.reader.mustExist('investigation', id);
    const events = await this.events.after(id, since, limit);
    return { events: [...((await this.reader.eventsFor(id, events, scope)) ?? [])] };
  }

  @Post(':id/cancel')
  @Needs('operator')
  @Reaches('whole-investigation')
  @HttpCode(202)
  async cancel(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Identity): Promise<void> {
    await this.canceller.cancel(id, caller);
  }
}

class RunDetailDto extends createZodDto(runDetailSchema) {}
class EvidenceDto extends createZodDto(evidenceSchema) {}
class StepObservationsDto extends createZodDto(
  z.object({ step: z.string(), parser: z.string(), observations: z.array(observationSchema) }),
) {}
/** `ours`: moments are put on the control plane's clock, as runs of several hosts are compared. */
class ObservationsQueryDto extends createZodDto(z.object({ clock: z.enum(['host', 'ours']).default('host') })) {}
class EvidenceQueryDto extends createZodDto(
  z.object({
    stream: z.enum(['stdout', 'stderr']).default('stdout'),
    /** Captures come gzipped: `true` gives the bytes as they came, whose hash the run carries. */
    packed: z.stringbool().default(false),
  }),
) {}

const unzip = promisify(gunzip);
/** More than this is given packed: nobody reads it as text. */
const MAX_UNPACKED = 256 * 1024 * 1024;

/** Output that was cut off is unpacked as far as it goes. */
const unpacked = async (bytes: Uint8Array): Promise<Uint8Array> => {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: MAX_UNPACKED };
  return unzip(bytes, options).catch(() => bytes);
};

@ApiTags('runs')
@Controller('api/v1/runs')
@Reaches('run')
export class RunsController {
  constructor(
    private readonly reader: InvestigationReader,
    private readonly evidence: EvidenceService,
    private readonly observations: ObservationsService,
    private readonly audit: AuditService,
  ) {}

  @Get(':id')
  @ZodResponse({ status: 200, type: RunDetailDto })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<RunDetail> {
    const run = await this.reader.run(id);
    const [evidence, parseIssues] = await Promise.all([this.evidence.list(id), this.observations.issues(id)]);
    return { ...run, evidence, parseIssues };
  }

  @Get(':id/evidence')
  @ZodResponse({ status: 200, type: [EvidenceDto] })
  async listEvidence(@Param('id', ParseUUIDPipe) id: string): Promise<RunDetail['evidence']> {
    await this.reader.mustExist('run', id);
    return this.evidence.list(id);
  }

  /** Raw output of one step, and the audit log says who read it; what came gzipped is unpacked, unless it is asked for as it came. */
  @Get(':id/evidence/:step')
  @Needs('operator')
  @ApiProduces('text/plain')
  async raw(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('step') step: string,
    @Query() { stream, packed }: EvidenceQueryDto,
    @Caller() caller: Identity,
  ): Promise<StreamableFile> {
    const stored = (await this.evidence.read(id, step, stream)).bytes;
    // Before a byte of it leaves: what could not be written down is not shown.
    await this.audit.record(caller.name, 'evidence.read', id, 'done', { step, stream });
    const bytes = packed ? stored : await unpacked(stored);
    // Plain text, never sniffed: what a host printed must not become a page of ours.
    return new StreamableFile(bytes, { type: 'text/plain; charset=utf-8', length: bytes.length });
  }

  @Get(':id/observations')
  @ZodResponse({ status: 200, type: [StepObservationsDto] })
  async listObservations(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { clock }: ObservationsQueryDto,
  ): Promise<Awaited<ReturnType<ObservationsService['of']>>> {
    await this.reader.mustExist('run', id);
    const steps = await this.observations.of(id);
    if (clock === 'host') return steps;
    const offsetMs = (await this.reader.run(id)).clock?.offsetMs ?? 0;
    return steps.map((step) => ({ ...step, observations: step.observations.map((one) => onOurClock(one, offsetMs)) }));
  }
}
