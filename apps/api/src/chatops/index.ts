export { ChatopsModule } from './chatops.module';
export { Outbound, OutboundError } from './outbound/outbound.service';
