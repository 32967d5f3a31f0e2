import {
  bulkHostChangeResultSchema,
  bulkHostChangeSchema,
  hostImportRequestSchema,
  hostImportResultSchema,
  hostInputSchema,
  hostNameSchema,
  hostSchema,
  holdInputSchema,
  hostUpdateSchema,
  type BulkHostChangeResult,
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
import { BulkChangeService } from './bulk-change.service';
import { HostImportService } from './host-import.service';
import { HostsService } from './hosts.service';

class HostInputDto extends createZodDto(hostInputSchema) {}
class HoldInputDto extends createZodDto(holdInputSchema) {}
class HostUpdateDto extends createZodDto(hostUpdateSchema) {}
class BulkHostChangeDto extends createZodDto(bulkHostChangeSchema) {}
class BulkHostChangeResultDto extends createZodDto(bulkHostChangeResultSchema) {}
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
    private readonly bulk: BulkChangeService,
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

  /** Class and labels of many hosts at once: all of them or none. */
  @Patch()
  @Reaches('scoped')
  @Needs('commander')
  @ZodResponse({ status: 200, type: BulkHostChangeResultDto })
  changeMany(@Body() change: BulkHostChangeDto, @Caller() caller: Identity): Promise<BulkHostChangeResult> {
    return this.bulk.change(caller, change);
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
