// A triage of many hosts at once: `node tools/bench/fan-out.mjs [hosts] [window seconds] [profile folder]`.
// The hosts are one real sshd on as many loopback addresses, so the probes' own work shares this machine's CPUs with the
// control plane: the figures are an upper bound.
import { readFileSync } from 'node:fs';
import { quantile, startPlane, startSshd } from './plane.mjs';

const hosts = Number(process.argv[2] ?? 50);
const window = Number(process.argv[3] ?? 5);
const sshd = await startSshd(2323);
const profile = process.argv[4]; // a folder: writes a CPU profile of the server there
const plane = await startPlane({}, profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []);
const cpuSeconds = () => {
  const fields = readFileSync(`/proc/${plane.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

try {
  const csv = [
    'name,address,port,user,class,identityFile',
    ...Array.from(
      { length: hosts },
      (_, i) => `h${i},127.1.${91 + Math.floor(i / 250)}.${1 + (i % 250)},${sshd.port},root,bench,${sshd.identity}`,
    ),
  ];
  await plane.api('POST', '/api/v1/hosts/import', { fileName: 'bench.csv', text: csv.join('\n') });
  const { fingerprint } = await plane.api('GET', '/api/v1/hosts/h0/presented-key');
  for (let i = 0; i < hosts; i++) await plane.api('POST', `/api/v1/hosts/h${i}/trust`, { fingerprint });
  const triage = async () => {
    const { id } = await plane.api('POST', '/api/v1/investigations', {
      runbook: 'triage-60s',
      targets: { classes: ['bench'] },
      parameters: { window: `${window}s` },
    });
    for (;;) {
      await new Promise((done) => setTimeout(done, 500));
      const found = await plane.api('GET', `/api/v1/investigations/${id}`);
      if (found.investigation.state !== 'running') return found;
    }
  };
  await triage(); // the first one compiles everything; the second is measured
  const cpuBefore = cpuSeconds();
  const began = performance.now();
  const report = await triage();
  const wall = (performance.now() - began) / 1000;
  const { coverage } = report.investigation;
  const walls = report.runs.flatMap(({ cost }) => (cost ? [cost.wallSeconds] : []));
  const cpus = report.runs.flatMap(({ cost }) => (cost ? [cost.cpuSeconds] : []));
  const rss = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${plane.pid}/status`, 'utf8'))[1]) / 1024;
  console.log(
    `${hosts} hosts, window ${window} s: ${wall.toFixed(1)} s in all, ${(wall - window).toFixed(1)} s beyond the window; ${coverage.answered} answered, ${coverage.partial} of them in part`,
  );
  console.log(
    `control plane: ${(cpuSeconds() - cpuBefore).toFixed(1)} s CPU (${(((cpuSeconds() - cpuBefore) / hosts) * 1000).toFixed(0)} ms a host), peak ${rss.toFixed(0)} MB`,
  );
  console.log(
    `probe: median ${quantile(walls, 0.5).toFixed(2)} s wall, ${quantile(cpus, 0.5).toFixed(2)} s CPU; worst ${Math.max(...walls).toFixed(2)} s wall`,
  );
} finally {
  await plane.stop();
  sshd.stop();
}
