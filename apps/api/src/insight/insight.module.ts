import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { RunbooksModule } from '../runbooks';
import { BaselinesService } from './baselines.service';
import { Conclusions } from './conclusions.service';
import { InsightService } from './insight.service';
import { MarksService } from './marks.service';
import { RulesController } from './rules.controller';
import { ThresholdsService } from './thresholds.service';

@Module({
  imports: [AccessModule, RunbooksModule],
  controllers: [RulesController],
  providers: [BaselinesService, Conclusions, InsightService, MarksService, ThresholdsService],
  exports: [BaselinesService, Conclusions, InsightService, MarksService, ThresholdsService],
})
export class InsightModule {}
