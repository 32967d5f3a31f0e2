import {
  hostImportRequestSchema,
  hostImportResultSchema,
  hostInputSchema,
  hostNameSchema,
  hostSchema,
  holdInputSchema,
  hostUpdateSchema,
  type HostImportResult,
  type HostView,
  type Identity,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { createZodDto } from '../platform';
import { Caller, Needs, Reaches } from '../access';
import { HostImportService } from './host-import.service';
import { HostsService } from './hosts.service';
import { SecretsService, type SecretView } from './secrets.service';

class HostInputDto extends createZodDto(hostInputSchema) {}
class HoldInputDto extends createZodDto(holdInputSchema) {}
class HostUpdateDto extends createZodDto(hostUpdateSchema) {}
class HostDto extends createZodDto(hostSchema) {}
class HostImportDto extends createZodDto(hostImportRequestSchema) {}
class HostImportResultDto extends createZodDto(hostImportResultSchema) {}
class HostParamDto extends createZodDto(z.object({ name: hostNameSchema })) {}
class HostQueryDto extends createZodDto(
  z.object({
    class: z.string().optional(),
    label: z
      .string()
      .regex(/^[^=]+=.*$/, 'expected name=value')
      .optional(),
  }),
) {}

@ApiTags('hosts')
@Controller('api/v1/hosts')
@Reaches('host')
export class HostsController {
  constructor(
    private readonly hosts: HostsService,
    private readonly imports: HostImportService,
  ) {}

  @Get()
  @Reaches('scoped')
  @ZodResponse({ status: 200, type: [HostDto] })
  list(@Query() query: HostQueryDto, @Caller() { scope }: Identity): Promise<HostView[]> {
    const eq = query.label?.indexOf('=') ?? -1;
    const filter = {
      ...(query.class ? { class: query.class } : {}),
      ...(query.label ? { label: [query.label.slice(0, eq), query.label.slice(eq + 1)] as [string, string] } : {}),
    };
    return this.hosts.list(filter, scope);
  }

  @Post()
  @Reaches('scoped')
  @Needs('commander')
  @ZodResponse({ status: 201, type: HostDto })
  add(@Body() input: HostInputDto, @Caller() caller: Identity): Promise<HostView> {
    return this.hosts.addBy(caller, input);
  }

  /** Ansible INI or YAML, ssh_config, CSV. With `dryRun`: what would change. */
  @Post('import')
  @Reaches('fleet')
  @Needs('commander')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: HostImportResultDto })
  import(@Body() request: HostImportDto, @Caller() caller: Identity): Promise<HostImportResult> {
    return this.imports.import(request, caller.name);
  }

  @Get(':name')
  @ZodResponse({ status: 200, type: HostDto })
  get(@Param() { name }: HostParamDto): Promise<HostView> {
    return this.hosts.get(name);
  }

  @Patch(':name')
  @Needs('commander')
  @ZodResponse({ status: 200, type: HostDto })
  update(
    @Param() { name }: HostParamDto,
    @Body() changes: HostUpdateDto,
    @Caller() caller: Identity,
  ): Promise<HostView> {
    return this.hosts.updateBy(caller, name, changes);
  }

  /** Not to be touched, until then and for that reason: runs on it end `refused`, and say why. */
  @Put(':name/hold')
  @Needs('operator')
  @ZodResponse({ status: 200, type: HostDto })
  hold(@Param() { name }: HostParamDto, @Body() input: HoldInputDto, @Caller() caller: Identity): Promise<HostView> {
    return this.hosts.hold(name, input, caller.name);
  }

  @Delete(':name/hold')
  @Needs('operator')
  @HttpCode(204)
  release(@Param() { name }: HostParamDto, @Caller() caller: Identity): Promise<void> {
    return this.hosts.release(name, caller.name);
  }

  @Delete(':name')
  @Needs('commander')
  @HttpCode(204)
  remove(@Param() { name }: HostParamDto, @Caller() caller: Identity): Promise<void> {
    return this.hosts.remove(name, caller.name);
  }
}

const secretNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'expected lower-case letters, digits and dashes');
class SecretParamDto extends createZodDto(z.object({ name: secretNameSchema })) {}
class SecretInputDto extends createZodDto(z.strictObject({ privateKey: z.string().min(32).max(65_536) })) {}
class SecretDto extends createZodDto(
  z.object({ name: z.string(), kind: z.string(), createdAt: z.iso.datetime(), createdBy: z.string() }),
) {}

class RotationDto extends createZodDto(z.object({ changed: z.int() })) {}

@ApiTags('secrets')
@Controller('api/v1/secrets')
@Needs('admin')
@Reaches('fleet')
export class SecretsController {
  constructor(private readonly secrets: SecretsService) {}

  @Get()
  @ZodResponse({ status: 200, type: [SecretDto] })
  list(): Promise<SecretView[]> {
    return this.secrets.list();
  }

  /** A new key for the secrets at rest, and all of them under it. What broke off is gone on with. */
  @Post('rotate')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: RotationDto })
  async rotate(@Caller() caller: Identity): Promise<{ changed: number }> {
    return { changed: await this.secrets.rotate(caller.name) };
  }

  /** Stores a private key; no call gives it back. */
  @Put(':name')
  @HttpCode(204)
  put(
    @Param() { name }: SecretParamDto,
    @Body() { privateKey }: SecretInputDto,
    @Caller() caller: Identity,
  ): Promise<void> {
    return this.secrets.put(name, privateKey, caller.name);
  }

  @Delete(':name')
  @HttpCode(204)
  remove(@Param() { name }: SecretParamDto, @Caller() caller: Identity): Promise<void> {
    return this.secrets.remove(name, caller.name);
  }
}
