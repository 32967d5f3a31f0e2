export { CANCEL_CHANNEL, CancelService } from './cancel.service';
export { InvestigationsModule } from './investigations.module';
export { InvestigationKeeper, type KeptInvestigation } from './keeper.service';
export { Outbox, OUTBOX_CHANNEL, type Handout } from './outbox.service';
export { type Circumstances, PlanService } from './plan.service';
export { InvestigationPruning, type Prunable } from './pruning.service';
export { InvestigationReader } from './reader.service';
export { shareOf, type Spread } from './spread';
export { LEASE_MS, RunsService, type Overdue, type RunTask } from './runs.service';
