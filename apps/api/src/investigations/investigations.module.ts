import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { AgentsModule } from '../agents';
import { EvidenceModule } from '../evidence';
import { FleetModule } from '../fleet';
import { InsightModule } from '../insight';
import { LiveModule } from '../live';
import { ObservationsModule } from '../observations';
import { RunbooksModule } from '../runbooks';
import { ApprovalsController } from './approvals.controller';
import { ApprovalsService } from './approvals.service';
import { CancelService } from './cancel.service';
import { ConclusionService } from './conclusion.service';
import { CostEstimates } from './cost-estimate.service';
import { InvestigationEndings } from './endings.service';
import { EscalationDifferences } from './escalation-differences.service';
import { EscalationService } from './escalation.service';
import { InvestigationsController, RunsController } from './investigations.controller';
import { HostBudgets } from './host-budgets.service';
import { InvestigationKeeper } from './keeper.service';
import { LatestService } from './latest.service';
import { MatrixController } from './matrix.controller';
import { MatrixReader } from './matrix.service';
import { Outbox } from './outbox.service';
import { PlanService } from './plan.service';
import { PlanWriter } from './plan-writer.service';
import { HostAttention, PreviewService } from './preview.service';
import { InvestigationProfilesController, RunProfilesController } from './profiles.controller';
import { InvestigationPruning } from './pruning.service';
import { InvestigationReader } from './reader.service';
import { RequestRules } from './request-rules.service';
import { RolloutService } from './rollout.service';
import { RunLedger } from './run-ledger';
import { RunsService } from './runs.service';
import { InvestigationTraces } from './traces.service';

/** One trigger, its plan, and the life of its runs. */
@Module({
  imports: [
    AccessModule,
    AgentsModule,
    EvidenceModule,
    FleetModule,
    InsightModule,
    LiveModule,
    ObservationsModule,
    RunbooksModule,
  ],
  controllers: [
    ApprovalsController,
    InvestigationsController,
    MatrixController,
    RunsController,
    InvestigationProfilesController,
    RunProfilesController,
  ],
  providers: [
    ApprovalsService,
    CancelService,
    ConclusionService,
    CostEstimates,
    EscalationDifferences,
    EscalationService,
    HostAttention,
    HostBudgets,
    InvestigationEndings,
    InvestigationKeeper,
    InvestigationPruning,
    InvestigationReader,
    InvestigationTraces,
    LatestService,
    MatrixReader,
    Outbox,
    PlanService,
    PlanWriter,
    PreviewService,
    RequestRules,
    RolloutService,
    RunLedger,
    RunsService,
  ],
  exports: [
    CancelService,
    HostBudgets,
    InvestigationEndings,
    InvestigationKeeper,
    InvestigationPruning,
    InvestigationReader,
    InvestigationTraces,
    Outbox,
    PlanService,
    RunsService,
  ],
})
export class InvestigationsModule {}
