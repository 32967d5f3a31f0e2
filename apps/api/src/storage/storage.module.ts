import { Module, type DynamicModule } from '@nestjs/common';
import { AccessModule } from '../access';
import { EvidenceModule } from '../evidence';
import { InsightModule } from '../insight';
import { InvestigationsModule } from '../investigations';
import { LiveModule } from '../live';
import { ObservationsModule } from '../observations';
import { type Runtime } from '../platform';
import { Pruners } from './pruners.service';
import { RetentionService } from './retention.service';
import { RunData } from './run-data.service';
import { StorageRounds } from './storage-rounds.service';
import { StorageController } from './storage.controller';
import { StorageService } from './storage.service';

/** What takes up room, and for how long. */
@Module({})
export class StorageModule {
  static with(runtime: Runtime, schedules: DynamicModule): DynamicModule {
    return {
      module: StorageModule,
      imports: [
        ...[AccessModule, EvidenceModule, InsightModule, InvestigationsModule, LiveModule, ObservationsModule],
        schedules,
      ],
      controllers: [StorageController],
      providers: [
        Pruners,
        RetentionService,
        RunData,
        StorageService,
        ...(runtime.role === 'api' ? [] : [StorageRounds]),
      ],
    };
  }
}
