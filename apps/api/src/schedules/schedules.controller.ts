import {
  dueTimesInputSchema,
  dueTimesSchema,
  firingSchema,
  scheduleInputSchema,
  scheduleNameSchema,
  scheduleSchema,
  scheduleUpdateSchema,
  type DueTimes,
  type FiringView,
  type Identity,
  type ScheduleView,
} from '@fleetscope/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { Caller, Needs, Reaches } from '../access';
import { createZodDto } from '../platform';
import { SchedulesService } from './schedules.service';

class ScheduleInputDto extends createZodDto(scheduleInputSchema) {}
class ScheduleUpdateDto extends createZodDto(scheduleUpdateSchema) {}
class ScheduleDto extends createZodDto(scheduleSchema) {}
class DueTimesInputDto extends createZodDto(dueTimesInputSchema) {}
class DueTimesDto extends createZodDto(dueTimesSchema) {}
class FiringDto extends createZodDto(firingSchema) {}
class ScheduleParamDto extends createZodDto(z.object({ name: scheduleNameSchema })) {}
class HistoryQueryDto extends createZodDto(
  z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(50) }),
) {}
class RunNowDto extends createZodDto(z.object({ investigation: z.uuid() })) {}

@ApiTags('schedules')
@Controller('api/v1/schedules')
export class SchedulesController {
  constructor(private readonly schedules: SchedulesService) {}

  @Get()
  @ZodResponse({ status: 200, type: [ScheduleDto] })
  list(): Promise<ScheduleView[]> {
    return this.schedules.list();
  }

  /** A runbook on hosts, at the times of a cron expression. */
  @Post()
  @Needs('operator')
  @ZodResponse({ status: 201, type: ScheduleDto })
  add(@Body() input: ScheduleInputDto, @Caller() caller: Identity): Promise<ScheduleView> {
    return this.schedules.add(input, caller);
  }

  /** The next times of a cron expression, to look at before a schedule is made of it. */
  @Post('times')
  @Reaches('nothing')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: DueTimesDto })
  times(@Body() input: DueTimesInputDto): DueTimes {
    return this.schedules.times(input);
  }

  @Get(':name')
  @ZodResponse({ status: 200, type: ScheduleDto })
  get(@Param() { name }: ScheduleParamDto): Promise<ScheduleView> {
    return this.schedules.get(name);
  }

  /** Changes what is given; it runs as whoever changed it from then on, and what became of its earlier times stays. */
  @Patch(':name')
  @Needs('operator')
  @ZodResponse({ status: 200, type: ScheduleDto })
  change(
    @Param() { name }: ScheduleParamDto,
    @Body() changes: ScheduleUpdateDto,
    @Caller() caller: Identity,
  ): Promise<ScheduleView> {
    return this.schedules.change(name, changes, caller);
  }

  /** The times it was due, latest first: what was started, and why what was not. */
  @Get(':name/history')
  @ZodResponse({ status: 200, type: [FiringDto] })
  history(@Param() { name }: ScheduleParamDto, @Query() { limit }: HistoryQueryDto): Promise<FiringView[]> {
    return this.schedules.history(name, limit);
  }

  @Post(':name/pause')
  @Needs('operator')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: ScheduleDto })
  pause(@Param() { name }: ScheduleParamDto, @Caller() caller: Identity): Promise<ScheduleView> {
    return this.schedules.setPaused(name, true, caller.name);
  }

  @Post(':name/resume')
  @Needs('operator')
  @HttpCode(200)
  @ZodResponse({ status: 200, type: ScheduleDto })
  resume(@Param() { name }: ScheduleParamDto, @Caller() caller: Identity): Promise<ScheduleView> {
    return this.schedules.setPaused(name, false, caller.name);
  }

  /** Out of turn, as whoever asks. */
  @Post(':name/run-now')
  @Needs('operator')
  @ZodResponse({ status: 201, type: RunNowDto })
  async runNow(@Param() { name }: ScheduleParamDto, @Caller() caller: Identity): Promise<{ investigation: string }> {
    return { investigation: await this.schedules.runNow(name, caller) };
  }

  @Delete(':name')
  @Needs('operator')
  @HttpCode(204)
  remove(@Param() { name }: ScheduleParamDto, @Caller() caller: Identity): Promise<void> {
    return this.schedules.remove(name, caller.name);
  }
}
