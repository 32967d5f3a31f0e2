import {
  retainedKindSchema,
  retentionInputSchema,
  storageSchema,
  sweepSchema,
  type Identity,
  type StorageView,
  type Sweep,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs, Reaches } from '../access';
import { InvestigationPruning } from '../investigations';
import { createZodDto } from '../platform';
import { RetentionService } from './retention.service';
import { StorageService } from './storage.service';

class StorageDto extends createZodDto(storageSchema) {}
class SweepDto extends createZodDto(sweepSchema) {}
class RetentionInputDto extends createZodDto(retentionInputSchema) {}
class KindParamDto extends createZodDto(z.object({ kind: retainedKindSchema })) {}
class KeepInputDto extends createZodDto(z.strictObject({ why: z.string().trim().min(1).max(300) })) {}

@ApiTags('storage')
@Controller('api/v1')
export class StorageController {
  constructor(
    private readonly storage: StorageService,
    private readonly retention: RetentionService,
    private readonly pruning: InvestigationPruning,
  ) {}

  /** Space in use by kind, its growth over the last days, and what it will come to. */
  @Get('storage')
  @ZodResponse({ status: 200, type: StorageDto })
  get(): Promise<StorageView> {
    return this.storage.view();
  }

  @Put('storage/retention/:kind')
  @Needs('admin')
  @HttpCode(204)
  setRetention(
    @Param() { kind }: KindParamDto,
    @Body() { days }: RetentionInputDto,
    @Caller() caller: Identity,
  ): Promise<void> {
    return this.retention.set(kind, days, caller.name);
  }

  /** Removes what is past its time now, not at the next round. */
  @Post('storage/sweep')
  @Needs('admin')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: SweepDto })
  sweep(@Caller() caller: Identity): Promise<Sweep> {
    return this.retention.sweepNow(caller.name);
  }

  /** Kept with all that belongs to it, whatever its age. */
  @Put('investigations/:id/hold')
  @Reaches('whole-investigation')
  @Needs('operator')
  @HttpCode(204)
  hold(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { why }: KeepInputDto,
    @Caller() caller: Identity,
  ): Promise<void> {
    return this.pruning.setHold(id, why, caller.name);
  }

  @Delete('investigations/:id/hold')
  @Reaches('whole-investigation')
  @Needs('operator')
  @HttpCode(204)
  release(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Identity): Promise<void> {
    return this.pruning.setHold(id, null, caller.name);
  }
}
