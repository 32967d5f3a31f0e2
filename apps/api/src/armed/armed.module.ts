import { type DynamicModule, Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { FleetModule } from '../fleet';
import { InvestigationsModule } from '../investigations';
import { type Runtime } from '../platform';
import { RunbooksModule } from '../runbooks';
import { ArmedController } from './armed.controller';
import { ArmedEngine } from './armed-engine.service';
import { ArmedService } from './armed.service';
import { HostRounds } from './host-rounds.service';

/** Captures that wait for a condition. An api process arms them; workers go round. */
@Module({})
export class ArmedModule {
  static with({ role }: Runtime, execution: DynamicModule): DynamicModule {
    return {
      module: ArmedModule,
      imports: [AccessModule, FleetModule, InvestigationsModule, RunbooksModule, execution],
      controllers: [ArmedController],
      providers: [ArmedService, ...(role === 'api' ? [] : [ArmedEngine, HostRounds])],
    };
  }
}
