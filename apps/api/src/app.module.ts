import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AccessModule } from './access';
import { AgentsModule } from './agents';
import { ArmedModule } from './armed';
import { ChatopsModule } from './chatops';
import { ExecutionModule } from './execution';
import { FleetModule } from './fleet';
import { ReviewModule } from './insight/review/review.module';
import { InvestigationsModule } from './investigations';
import { LiveModule } from './live';
import { McpModule } from './mcp';
import { type Runtime } from './platform';
import { InputPipe } from './platform/input.pipe';
import { loggerModule } from './platform/logger';
import { PlatformModule } from './platform/platform.module';
import { ProblemFilter } from './platform/problem.filter';
import { RunbooksModule } from './runbooks';
import { SchedulesModule } from './schedules';
import { StorageModule } from './storage';
import { TelemetryModule } from './telemetry';

/** The whole house. A worker has no HTTP server; an api process takes no runs from the queue. */
@Module({})
export class AppModule {
  static with(runtime: Runtime): DynamicModule {
    const schedules = SchedulesModule.with(runtime);
    const execution = ExecutionModule.with(runtime);
    return {
      module: AppModule,
      imports: [
        loggerModule(runtime),
        PlatformModule.with(runtime),
        AccessModule,
        FleetModule,
        AgentsModule,
        RunbooksModule,
        LiveModule,
        InvestigationsModule,
        ReviewModule,
        execution,
        ArmedModule.with(runtime, execution),
        schedules,
        StorageModule.with(runtime, schedules),
        TelemetryModule.with(runtime),
        ChatopsModule.with(runtime),
        McpModule,
      ],
      providers: [
        { provide: APP_PIPE, useClass: InputPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}
