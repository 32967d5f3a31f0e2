import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '../access';
import { AgentsModule } from '../agents';
import { Outbound } from '../chatops';
import { InvestigationsModule } from '../investigations';
import { LiveModule } from '../live';
import { ObservationsModule } from '../observations';
import { type Runtime } from '../platform';
import { EndedExports } from './ended-exports.service';
import { MeasuredRuns } from './measured-runs.service';
import { MeasurementExport } from './measurement-export.service';
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
      providers: [
        ...[MeasuredRuns, MetricsService],
        ...(role === 'api' ? [] : [EndedExports, MeasurementExport, Outbound, Traces]),
      ],
    };
  }
}
