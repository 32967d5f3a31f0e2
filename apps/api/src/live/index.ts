export { LiveGateway } from './live.gateway';
export { EventLog } from './event-log.service';
export { LiveModule } from './live.module';
export { Snapshots } from './snapshots';
export { TailService, type TailLine } from './tail.service';
