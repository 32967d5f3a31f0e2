import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { FleetModule } from '../fleet';
import { RunbooksModule } from '../runbooks';
import { AgentCallsController } from './agent-calls.controller';
import { AgentGuard } from './agent.guard';
import { AgentProgram } from './agent-program.service';
import { AgentsController } from './agents.controller';
import { AgentsService } from './agents.service';
import { EnrolmentService } from './enrolment.service';
import { LeasePolls } from './lease-polls.service';
import { LeasesService } from './leases.service';

/** Pull agents: who they are, what is waiting for them, what they send. */
@Module({
  imports: [AccessModule, FleetModule, RunbooksModule],
  controllers: [AgentsController, AgentCallsController],
  providers: [AgentGuard, AgentProgram, AgentsService, EnrolmentService, LeasePolls, LeasesService],
  exports: [AgentsService, LeasesService],
})
export class AgentsModule {}
