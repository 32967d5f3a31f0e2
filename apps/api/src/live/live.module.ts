import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { EventLog } from './event-log.service';
import { LiveGateway } from './live.gateway';
import { Snapshots } from './snapshots';
import { TailService } from './tail.service';

/** What happens while it happens: the event log, the websocket, the tail of running probes. */
@Module({
  imports: [AccessModule],
  providers: [EventLog, LiveGateway, Snapshots, TailService],
  exports: [EventLog, LiveGateway, Snapshots, TailService],
})
export class LiveModule {}
