import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '../access';
import { AgentsModule } from '../agents';
import { InvestigationsModule } from '../investigations';
import { LiveModule } from '../live';
import { ObservationsModule } from '../observations';
import { type Runtime } from '../platform';
import { MeasurementsController } from './measurements.controller';
import { MetricsController } from './metrics.controller';
import { MetricsService } from './metrics.service';
import { Traces } from './traces.service';

/** What other tools see of the control plane: metrics, traces, measurements. */
@Module({})
export class TelemetryModule {
  static with({ role }: Runtime): DynamicModule {
    return {
      module: TelemetryModule,
      imports: [AccessModule, AgentsModule, InvestigationsModule, LiveModule, ObservationsModule],
      controllers: [MeasurementsController, MetricsController],
      providers: [MetricsService, ...(role === 'api' ? [] : [Traces])],
    };
  }
}
