import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { InsightService } from './insight.service';
import { RulesController } from './rules.controller';
import { ThresholdsService } from './thresholds.service';

@Module({
  imports: [AccessModule],
  controllers: [RulesController],
  providers: [InsightService, ThresholdsService],
  exports: [InsightService, ThresholdsService],
})
export class InsightModule {}
