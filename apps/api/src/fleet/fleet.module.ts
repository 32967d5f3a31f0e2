import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { HostImportService } from './host-import.service';
import { HostKeysService } from './host-keys.service';
import { HostsController, SecretsController } from './hosts.controller';
import { HostsService } from './hosts.service';
import { SecretsService } from './secrets.service';

/** Hosts, their classes and labels, the keys they are known by, the keys we log in with. */
@Module({
  imports: [AccessModule],
  controllers: [HostsController, SecretsController],
  providers: [HostImportService, HostKeysService, HostsService, SecretsService],
  exports: [HostKeysService, HostsService, SecretsService],
})
export class FleetModule {}
