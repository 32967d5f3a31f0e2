import {
  freezeInputSchema,
  freezeSchema,
  maintenanceInputSchema,
  maintenanceSchema,
  type FreezeView,
  type Identity,
  type MaintenanceView,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { Caller, Needs, Reaches } from '../access';
import { createZodDto } from '../platform';
import { FreezeService } from './freeze.service';
import { MaintenanceService } from './maintenance.service';

class FreezeInputDto extends createZodDto(freezeInputSchema) {}
class FreezeDto extends createZodDto(freezeSchema) {}
class MaintenanceInputDto extends createZodDto(maintenanceInputSchema) {}
class MaintenanceDto extends createZodDto(maintenanceSchema) {}

@ApiTags('fleet')
@Controller('api/v1/freeze')
export class FreezeController {
  constructor(private readonly freezes: FreezeService) {}

  @Get()
  @Reaches('nothing')
  @ZodResponse({ status: 200, type: FreezeDto })
  get(): Promise<FreezeView> {
    return this.freezes.get();
  }

  /** No new work begins from now on, and what schedules have started is stopped. */
  @Put()
  @Needs('operator')
  @ZodResponse({ status: 200, type: FreezeDto })
  freeze(@Body() { why }: FreezeInputDto, @Caller() caller: Identity): Promise<FreezeView> {
    return this.freezes.freeze(why, caller.name);
  }

  @Delete()
  @Needs('commander')
  @HttpCode(204)
  unfreeze(@Caller() caller: Identity): Promise<void> {
    return this.freezes.unfreeze(caller.name);
  }
}

@ApiTags('fleet')
@Controller('api/v1/maintenance')
export class MaintenanceController {
  constructor(private readonly maintenance: MaintenanceService) {}

  @Get()
  @ZodResponse({ status: 200, type: [MaintenanceDto] })
  list(): Promise<MaintenanceView[]> {
    return this.maintenance.list();
  }

  /** Scheduled work leaves these hosts alone in that time. */
  @Post()
  @Needs('operator')
  @ZodResponse({ status: 201, type: MaintenanceDto })
  add(@Body() input: MaintenanceInputDto, @Caller() caller: Identity): Promise<MaintenanceView> {
    return this.maintenance.add(input, caller.name);
  }

  @Delete(':id')
  @Needs('operator')
  @HttpCode(204)
  remove(@Param('id', ParseUUIDPipe) id: string, @Caller() caller: Identity): Promise<void> {
    return this.maintenance.remove(id, caller.name);
  }
}
