import { Module } from '@nestjs/common';
import { AccessModule } from '../access';
import { BulkChangeService } from './bulk-change.service';
import { FreezeService } from './freeze.service';
import { HostImportService } from './host-import.service';
import { HostKeysService } from './host-keys.service';
import { HostsController } from './hosts.controller';
import { HostsService } from './hosts.service';
import { MaintenanceService } from './maintenance.service';
import { FreezeController, MaintenanceController } from './quiet.controller';
import { SecretsController } from './secrets.controller';
import { SecretsService } from './secrets.service';

/** Hosts, their classes and labels, the keys they are known by, the keys we log in with. */
@Module({
  imports: [AccessModule],
  controllers: [FreezeController, HostsController, MaintenanceController, SecretsController],
  providers: [
    BulkChangeService,
    FreezeService,
    HostImportService,
    HostKeysService,
    HostsService,
    MaintenanceService,
    SecretsService,
  ],
  exports: [FreezeService, HostKeysService, HostsService, MaintenanceService, SecretsService],
})
export class FleetModule {}
