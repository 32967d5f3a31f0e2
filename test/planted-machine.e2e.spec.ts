import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { type Report } from '@fleetscope/contracts';
import { WAITING_MS, whileCalm, whileLittleIsStolen } from './support/calm';
import { ControlPlane } from './support/control-plane';
import { MachineLoad } from './support/machine-load';
import { sleep } from './support/processes';
import { importPeers } from './support/recorded-peers';
import { ReportReader } from './support/report-reader';
import { SlowDisk } from './support/slow-disk';

const WINDOW = '5s';
const PEERS = ['peer-1', 'peer-2', 'peer-3', 'peer-4', 'peer-5', 'peer-6', 'peer-7'];
const PAGE = 4096;
/** What the test's device can hold, and a machine can spare for a moment. */
const MOST_DIRTY = 6 * 1024 ** 3;

const dirtyThreshold = (): number =>
  PAGE * Number(/^nr_dirty_threshold (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1]);

/** CPUs, memory and disks have no namespaces: this machine is the host, and what it was while idle are its peers. */
describe('faults of the machine that are really there', () => {
  const plane = new ControlPlane('planted-machine');
  beforeAll(async () => {
    await plane.up();
    const local = ['--transport', 'local', '--address', '127.0.0.1', '--class', 'web'];
    const added = await plane.cli(['hosts', 'add', 'planted', ...local]);
    if (added.status !== 0) throw new Error(added.stderr);
  });

  afterAll(() => plane.down());

  const triage = (): Promise<Report> => plane.json<Report>(['triage', 'planted', '--window', WINDOW]);

  const triageUnder = async (load: MachineLoad): Promise<Report> => {
    try {
      await sleep(1_000);
      return await triage();
    } finally {
      load.stop();
    }
  };

  /** The statement is among the first two, with what is to be run next. */
  const expectLeading = (report: Report, rule: string, next: string, says: RegExp): void => {
    const said = new ReportReader(report).leading(rule, 'planted');
    expect(said.text).toMatch(says);
    expect(said).toMatchObject({ hosts: ['planted'], next: { runbook: next, hosts: ['planted'] } });
  };

  it(
    'hosts that are well get nothing critical',
    async () => {
      const peers = await importPeers(plane, PEERS, { runbook: 'triage-60s', window: WINDOW, hostClass: 'web' });
      const all = peers.map((report, i) => [
        report.coverage.answered,
        new ReportReader(report).findingsOn(PEERS[i] ?? '', 'crit'),
      ]);
      expect(all).toEqual(PEERS.map(() => [1, []]));
    },
    WAITING_MS,
  );

  (cpus().length > 1 ? it : it.skip)(
    'one thread that has one CPU for itself',
    async () => {
      // Stolen time is not busy time: a CPU that loses some of it is not 95 % busy.
      const report = await whileLittleIsStolen([1], 0.03, () =>
        whileCalm([0], () => triageUnder(new MachineLoad().pinned(1))),
      );
      expectLeading(report, 'cpu-imbalance', 'cpu-profile', /cpu1 is \d+ % busy/);
    },
    WAITING_MS,
  );

  it(
    'four times as many threads as CPUs',
    async () => {
      // From 15 % stolen on, the hypervisor is what the verdict is about.
      const all = cpus().map((_, cpu) => cpu);
      const report = await whileLittleIsStolen(all, 0.12, () =>
        triageUnder(new MachineLoad().runnable(4 * cpus().length)),
      );
      expectLeading(report, 'cpu-runqueue', 'runq-latency', /threads run or wait/);
    },
    WAITING_MS,
  );

  it('a disk that answers late', async () => {
    const disk = await SlowDisk.make('late', 0.03);
    try {
      const name = disk.device.replace('/dev/', '');
      // No tool can measure what a volume is sold with.
      await plane.cli(['hosts', 'set', 'planted', '--label', `disk.iops_limit/${name}=30`]);
      disk.writePastTheCache(6);
      await sleep(1_000);
      const report = await triage();
      expectLeading(report, 'disk-await', 'block-io-latency', /loop\d+ \(virtual disk\): writes take/);
      const limited = report.findings.filter(({ rule }) => rule === 'disk-iops');
      expect(limited.map(({ instance, severity }) => [instance, severity])).toEqual([[name, 'warn']]);
    } finally {
      disk.close();
    }
  });

  (dirtyThreshold() <= MOST_DIRTY ? it : it.skip)('dirty pages that pile up before a slow disk', async () => {
    const disk = await SlowDisk.make('dirty', 0.03);
    try {
      disk.writeToTheCache();
      await sleep(3_000);
      expectLeading(await triage(), 'mem-dirty', 'fsync-latency', /dirty/i);
    } finally {
      disk.close();
    }
  });
});
