import {
  type Identity,
  profileComparisonSchema,
  profileSummarySchema,
  storedProfileSchema,
  type ProfileComparison,
  type ProfileSummary,
  type Scope,
  type StoredProfile,
} from '@fleetscope/contracts';
import {
  callTree,
  functionChanges,
  mergeProfiles,
  type NamedProfile,
  EXPORT_FILES,
  EXPORT_FORMATS,
  type ExportFormat,
  exportProfile,
  type Profile,
  ProfileError,
  shapeOf,
  storeProfile,
} from '@fleetscope/profiles';
import { Controller, Get, Param, ParseUUIDPipe, Query, StreamableFile } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { AuditService, Caller, Needs, Reaches } from '../access';
import { ProfilesService } from '../observations';
import { createZodDto, notFound, ProblemException } from '../platform';
import { InvestigationReader } from './reader.service';

class ProfileSummaryDto extends createZodDto(profileSummarySchema) {}
class StoredProfileDto extends createZodDto(storedProfileSchema) {}
class ProfileComparisonDto extends createZodDto(profileComparisonSchema) {}

/** Hosts are given as a list with commas; none means all that have a profile of the step. */
const hostsSchema = z
  .string()
  .max(100_000)
  .optional()
  .transform((text) => (text === undefined || text === '' ? null : text.split(',')));

class MergeQueryDto extends createZodDto(
  z.object({
    step: z.string().max(64).default('stacks'),
    hosts: hostsSchema,
    weigh: z.enum(['absolute', 'equal']).default('equal'),
    by: z.enum(['command', 'host']).default('command'),
  }),
) {}
class CompareQueryDto extends createZodDto(
  z.object({
    step: z.string().max(64).default('stacks'),
    before: hostsSchema,
    after: hostsSchema,
    /** Of another investigation, for before and after a change. */
    beforeInvestigation: z.uuid().optional(),
  }),
) {}
class ExportQueryDto extends createZodDto(z.object({ format: z.enum(EXPORT_FORMATS).default('svg') })) {}

/** More would not fit a request's memory; who needs them merges in parts. */
const MAX_MERGED = 2_000;
const MAX_CHANGES = 200;

@ApiTags('profiles')
@Controller('api/v1/investigations')
@Reaches('investigation')
export class InvestigationProfilesController {
  constructor(
    private readonly reader: InvestigationReader,
    private readonly profiles: ProfilesService,
  ) {}

  /** Which hosts have a profile, of what, and how many samples. */
  @Get(':id/profiles')
  @ZodResponse({ status: 200, type: [ProfileSummaryDto] })
  async list(@Param('id', ParseUUIDPipe) id: string, @Caller() { scope }: Identity): Promise<ProfileSummary[]> {
    return this.profiles.list(await this.reader.runHosts(id, scope));
  }

  /** One profile of several hosts'. `weigh=equal` counts each host the same, however busy it is. */
  @Get(':id/profiles/merged')
  @ZodResponse({ status: 200, type: StoredProfileDto })
  async merged(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { step, hosts, weigh, by }: MergeQueryDto,
    @Caller() { scope }: Identity,
  ): Promise<StoredProfile> {
    return storeProfile(merge(await this.named(id, step, hosts, scope), { weigh, by }));
  }

  /** What changed from one set of hosts to another, function by function, and whether it exceeds sampling noise. */
  @Get(':id/profiles/compare')
  @ZodResponse({ status: 200, type: ProfileComparisonDto })
  async compare(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() { step, before, after, beforeInvestigation }: CompareQueryDto,
    @Caller() { scope }: Identity,
  ): Promise<ProfileComparison> {
    const [left, right] = await Promise.all([
      this.named(beforeInvestigation ?? id, step, before, scope),
      this.named(id, step, after, scope),
    ]);
    const [one, other] = [left, right].map((named) => callTree(merge(named, { weigh: 'equal' })));
    if (!one || !other) throw notFound('profile to compare');
    return {
      before: {
        hosts: left.map(({ host }) => host),
        samples: one.effectiveSamples,
        shape: shapeOf(one).sentences.slice(),
      },
      after: {
        hosts: right.map(({ host }) => host),
        samples: other.effectiveSamples,
        shape: shapeOf(other).sentences.slice(),
      },
      functions: functionChanges(one, other).slice(0, MAX_CHANGES),
    };
  }

  private async named(
    id: string,
    step: string,
    hosts: readonly string[] | null,
    scope: Scope,
  ): Promise<NamedProfile[]> {
    const known = (await this.profiles.list(await this.reader.runHosts(id, scope))).filter((one) => one.step === step);
    const missing = (hosts ?? []).find((host) => !known.some((one) => one.host === host));
    if (missing !== undefined) throw notFound(`profile of step ${step} on ${missing}`);
    const wanted = known.filter(({ host, samples }) => (hosts === null ? samples > 0 : hosts.includes(host)));
    if (wanted.length === 0) throw notFound(`profile of step ${step} in investigation ${id}`);
    if (wanted.length > MAX_MERGED)
      throw new ProblemException(400, `hosts: expected at most ${MAX_MERGED}, got ${wanted.length}`);
    const named: NamedProfile[] = [];
    for (const { run, host } of wanted) named.push({ host, profile: await this.profiles.profile(run, step) });
    return named;
  }
}

const merge = (named: readonly NamedProfile[], options: Parameters<typeof mergeProfiles>[1]): Profile => {
  try {
    return named.length === 1 && named[0] && options?.by !== 'host' ? named[0].profile : mergeProfiles(named, options);
  } catch (error) {
    if (error instanceof ProfileError) throw new ProblemException(400, error.message);
    throw error;
  }
};

@ApiTags('profiles')
@Controller('api/v1/runs')
@Reaches('run')
export class RunProfilesController {
  constructor(
    private readonly reader: InvestigationReader,
    private readonly profiles: ProfilesService,
    private readonly audit: AuditService,
  ) {}

  @Get(':id/profiles/:step')
  @ZodResponse({ status: 200, type: StoredProfileDto })
  async get(@Param('id', ParseUUIDPipe) id: string, @Param('step') step: string): Promise<StoredProfile> {
    await this.reader.mustExist('run', id);
    return this.profiles.stored(id, step);
  }

  /** The profile as a file: a flame graph or a page that need nothing else, folded stacks, pprof (gzipped) or speedscope. */
  @Get(':id/profiles/:step/export')
  @Needs('operator')
  @ApiProduces('application/octet-stream')
  async export(
    @Param('id', ParseUUIDPipe) id: string,
    @Param('step') step: string,
    @Query() { format }: ExportQueryDto,
    @Caller() caller: Identity,
  ): Promise<StreamableFile> {
    const run = await this.reader.run(id);
    const profile = await this.profiles.profile(id, step);
    const title = `${run.host} ${profile.type}`;
    const bytes = exported(profile, format, title);
    await this.audit.record(caller.name, 'profile.export', id, 'done', { step, format });
    const name = `${run.host}-${step}`.replace(/[^A-Za-z0-9._-]/g, '_');
    // Always a download: a page of ours must not run what a file brings.
    return new StreamableFile(bytes, {
      type: 'application/octet-stream',
      length: bytes.length,
      disposition: `attachment; filename="${name}.${EXPORT_FILES[format].extension}"`,
    });
  }
}

const exported = (profile: Profile, format: ExportFormat, title: string): Uint8Array => {
  const bytes = Buffer.from(exportProfile(profile, format, title));
  return format === 'pprof' ? gzipSync(bytes) : bytes;
};
