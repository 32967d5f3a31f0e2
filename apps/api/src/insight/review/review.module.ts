import { Module } from '@nestjs/common';
import { AccessModule } from '../../access';
import { InvestigationsModule } from '../../investigations';
import { ObservationsModule } from '../../observations';
import { InsightModule } from '../insight.module';
import { BaselinesController } from './baselines.controller';
import { CompareService } from './compare.service';
import { ComparisonsController } from './comparisons.controller';

/**
 * Looking back at investigations that have ended. Apart from the module that judges, which the room of investigations
 * uses itself: this one reads investigations, and nothing else needs it.
 */
@Module({
  imports: [AccessModule, InsightModule, InvestigationsModule, ObservationsModule],
  controllers: [BaselinesController, ComparisonsController],
  providers: [CompareService],
})
export class ReviewModule {}
