import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '../access';
import { FleetModule } from '../fleet';
import { InsightModule } from '../insight';
import { InvestigationsModule } from '../investigations';
import { type Runtime } from '../platform';
import { AfterFiring } from './after-firing.service';
import { FiringService } from './firing.service';
import { ScheduleAlarms } from './schedule-alarms';
import { ScheduleEngine } from './schedule-engine.service';
import { ScheduledWork } from './scheduled-work.service';
import { SchedulesController } from './schedules.controller';
import { SchedulesService } from './schedules.service';
import { Timetable } from './timetable.service';

/** Investigations by the clock. An api process keeps schedules but starts nothing by them. */
@Module({})
export class SchedulesModule {
  static with({ role }: Runtime): DynamicModule {
    const working = [AfterFiring, FiringService, ScheduleAlarms, ScheduledWork, ScheduleEngine];
    return {
      module: SchedulesModule,
      imports: [AccessModule, FleetModule, InsightModule, InvestigationsModule],
      controllers: [SchedulesController],
      providers: [SchedulesService, Timetable, ...(role === 'api' ? [] : working)],
      exports: [SchedulesService],
    };
  }
}
