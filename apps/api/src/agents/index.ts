export { AgentsService } from './agents.service';
export { AgentsModule } from './agents.module';
export { LEASE_CHANNEL, LeasesService, type LeaseStatus } from './leases.service';
