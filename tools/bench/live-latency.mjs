// From a sampler's line on the host to the websocket message: `node tools/bench/live-latency.mjs [seconds]`.
// A step prints the clock five times a second; the same clock is read when the message that carries the line arrives.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';
import { quantile, startPlane, startSshd } from './plane.mjs';

const seconds = Number(process.argv[2] ?? 10);
const here = dirname(fileURLToPath(import.meta.url));
const sshd = await startSshd(2322);
const plane = await startPlane({ FLEETSCOPE_RUNBOOKS: join(here, 'catalog') });

const measure = async (host) => {
  const { id } = await plane.api('POST', '/api/v1/investigations', {
    runbook: 'clock',
    targets: { hosts: [host] },
    parameters: { window: `${seconds}s` },
  });
  const { runs } = await plane.api('GET', `/api/v1/investigations/${id}`);
  const socket = new WebSocket(`${plane.url.replace('http', 'ws')}/api/v1/live`, {
    headers: { authorization: `Bearer ${plane.token}` },
  });
  await new Promise((done) => socket.once('open', done));
  const latencies = [];
  socket.on('message', (data) => {
    const now = performance.timeOrigin + performance.now();
    const message = JSON.parse(data);
    for (const { text } of message.type === 'tail' ? message.lines : [])
      if (/^[0-9]{19}$/.test(text)) latencies.push(now - Number(text.slice(0, 16)) / 1000);
  });
  socket.send(JSON.stringify({ type: 'subscribe', investigation: id }));
  socket.send(JSON.stringify({ type: 'tail', runId: runs[0].id }));
  await new Promise((done) => setTimeout(done, (seconds + 4) * 1000));
  socket.close();
  return latencies;
};

try {
  const [{ name: local }] = await plane.api('GET', '/api/v1/hosts');
  await plane.api('POST', '/api/v1/hosts', {
    name: 'over-ssh',
    address: '127.1.90.1',
    port: sshd.port,
    user: 'root',
    identityFile: sshd.identity,
  });
  plane.cli('hosts', 'trust', 'over-ssh', '--yes');
  for (const host of [local, 'over-ssh']) {
    const latencies = await measure(host);
    console.log(
      `${host === local ? 'local' : 'ssh  '}  ${latencies.length} lines  median ${quantile(latencies, 0.5).toFixed(0)} ms  p95 ${quantile(latencies, 0.95).toFixed(0)} ms  max ${Math.max(...latencies).toFixed(0)} ms`,
    );
  }
} finally {
  await plane.stop();
  sshd.stop();
}
