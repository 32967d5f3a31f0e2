import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { ObservationsModule } from '../observations';
import { RunbooksModule } from '../runbooks';
import { BaselinesService } from './baselines.service';
import { Conclusions } from './conclusions.service';
import { InsightPruning } from './insight-pruning.service';
import { InsightService } from './insight.service';
import { MarksService } from './marks.service';
import { PeersService } from './peers.service';
import { RulesController } from './rules.controller';
import { ScopedThresholds } from './scoped-thresholds.service';
import { ThresholdsService } from './thresholds.service';

@Module({
  imports: [AccessModule, ObservationsModule, RunbooksModule],
  controllers: [RulesController],
  providers: [
    BaselinesService,
    Conclusions,
    InsightPruning,
    InsightService,
    MarksService,
    PeersService,
    ScopedThresholds,
    ThresholdsService,
  ],
  exports: [
    BaselinesService,
    Conclusions,
    InsightPruning,
    InsightService,
    MarksService,
    PeersService,
    ThresholdsService,
  ],
})
export class InsightModule {}
