import { Module } from '@nestjs/common';
import { AccessModule } from '../../access';
import { EvidenceModule } from '../../evidence';
import { InvestigationsModule } from '../../investigations';
import { ObservationsModule } from '../../observations';
import { RunbooksModule } from '../../runbooks';
import { InsightModule } from '../insight.module';
import { BaselinesController } from './baselines.controller';
import { CompareService } from './compare.service';
import { ComparisonsController } from './comparisons.controller';
import { NotesService } from './notes.service';
import { ReanalysisService } from './reanalysis.service';
import { FlamesService } from './report/flames.service';
import { ReportController } from './report/report.controller';
import { ReportService } from './report/report.service';
import { ReviewController } from './review.controller';
import { RunAgain } from './run-again.service';
import { WhyService } from './why.service';

/**
 * Looking back at investigations that have ended. Apart from the module that judges, which the room of investigations
 * uses itself: this one reads investigations, and nothing else needs it.
 */
@Module({
  imports: [AccessModule, EvidenceModule, InsightModule, InvestigationsModule, ObservationsModule, RunbooksModule],
  controllers: [BaselinesController, ComparisonsController, ReportController, ReviewController],
  providers: [CompareService, FlamesService, NotesService, ReanalysisService, ReportService, RunAgain, WhyService],
})
export class ReviewModule {}
