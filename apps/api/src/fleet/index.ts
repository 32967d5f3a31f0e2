export { FleetModule } from './fleet.module';
export { HostKeysService, type TrustedKey } from './host-keys.service';
export { HostsService, type PlannedHost } from './hosts.service';
export { SecretsService } from './secrets.service';
