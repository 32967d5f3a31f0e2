export { Conclusions } from './conclusions.service';
export { InsightPruning } from './insight-pruning.service';
export { InsightModule } from './insight.module';
export { InsightService, type EndedRun, type Judged, type JudgedRun } from './insight.service';
export { MarksService, type EndedInvestigation } from './marks.service';
export { PeersService } from './peers.service';
