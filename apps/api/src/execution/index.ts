export { HostVisits } from './host-visits.service';
export { TransportError } from './transports';
export { ExecutionModule } from './execution.module';
export { LocalHost } from './local-host.service';
