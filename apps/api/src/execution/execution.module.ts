import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { readFile } from 'node:fs/promises';
import { AccessModule } from '../access';
import { AgentsModule } from '../agents';
import { EvidenceModule } from '../evidence';
import { FleetModule } from '../fleet';
import { InsightModule } from '../insight';
import { InvestigationsModule } from '../investigations';
import { LiveModule } from '../live';
import { ObservationsModule } from '../observations';
import { RUNTIME, type Runtime } from '../platform';
import { RunbooksModule } from '../runbooks';
import { Carrier, DirectTransports } from './carrier.service';
import { HostContactController, ImportsController } from './execution.controller';
import { HostContactService } from './host-contact.service';
import { HostVisits } from './host-visits.service';
import { HostKeyLookup } from './host-key-lookup.service';
import { ImportService } from './import.service';
import { KnownHostsFiles } from './known-hosts-files';
import { LocalHost } from './local-host.service';
import { Reconciler } from './reconciler.service';
import { Recorders } from './recorders.service';
import { Recovery } from './recovery.service';
import { RunCloser } from './run-closer.service';
import { RunExecutor } from './run-executor.service';
import { RunQueue } from './run-queue';
import { SealedExportService } from './sealed/export.service';
import { SealedImportService } from './sealed/import.service';
import { SealedEvidenceController } from './sealed/sealed.controller';
import { Spool } from './spool';
import { TargetsService } from './targets.service';
import {
  AgentTransport,
  HandshakeGate,
  LocalTransport,
  OpenSshTransport,
  SSH_LIMITS,
  SshTransport,
} from './transports';
import { WorkerService } from './worker.service';

const CARRYING: Provider[] = [
  AgentTransport,
  Carrier,
  DirectTransports,
  KnownHostsFiles,
  TargetsService,
  // One for both: bastions see the sum.
  {
    provide: HandshakeGate,
    inject: [RUNTIME],
    useFactory: ({ maxHandshakes, handshakesPerSecond }: Runtime) =>
      new HandshakeGate({ total: maxHandshakes, perBastion: 8, perSecond: handshakesPerSecond }),
  },
  { provide: LocalTransport, useFactory: () => new LocalTransport() },
  {
    provide: SshTransport,
    inject: [HandshakeGate],
    useFactory: (gate: HandshakeGate) => new SshTransport((path) => readFile(path, 'utf8'), SSH_LIMITS, gate),
  },
  {
    provide: OpenSshTransport,
    inject: [HandshakeGate, RUNTIME],
    useFactory: (gate: HandshakeGate, { sshConfig }: Runtime) =>
      new OpenSshTransport({
        gate,
        ...(sshConfig === null ? {} : { configs: [sshConfig, '/etc/ssh/ssh_config'] }),
      }),
  },
];

/** From the queue to the host and back: dispatch, transports, recording. An api process contacts hosts but takes no runs. */
@Module({})
export class ExecutionModule {
  static with(runtime: Runtime): DynamicModule {
    const works = runtime.role !== 'api';
    return {
      module: ExecutionModule,
      imports: [
        AccessModule,
        AgentsModule,
        EvidenceModule,
        FleetModule,
        InsightModule,
        InvestigationsModule,
        LiveModule,
        ObservationsModule,
        RunbooksModule,
      ],
      controllers: [HostContactController, ImportsController, SealedEvidenceController],
      providers: [
        ...CARRYING,
        HostContactService,
        HostKeyLookup,
        HostVisits,
        ImportService,
        LocalHost,
        Recorders,
        RunCloser,
        SealedExportService,
        SealedImportService,
        Spool,
        ...(works ? [Reconciler, Recovery, RunExecutor, RunQueue, WorkerService] : []),
      ],
      exports: [HostVisits, LocalHost],
    };
  }
}
