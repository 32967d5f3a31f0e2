export { FleetModule } from './fleet.module';
export { FREEZE_CHANNEL, FreezeService } from './freeze.service';
export { MaintenanceService } from './maintenance.service';
export { HostKeysService, type TrustedKey } from './host-keys.service';
export { HostsService, type PlannedHost } from './hosts.service';
export { SecretsService } from './secrets.service';
