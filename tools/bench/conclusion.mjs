// What concluding a large investigation does to the process that does it: `node tools/bench/conclusion.mjs [RUNS]`. Made-up
// runs (10,000 unless told) are written to the database of a control plane, and it concludes them while it is asked for its
// health 50 times a second. Its event loop's delay is measured inside, over that time.
import { createRequire } from 'node:module';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hostEvidence } from './made-up-hosts.mjs';
import { startPlane } from './plane.mjs';

const require = createRequire(import.meta.url);
const { Client } = require('pg');
const { startEmbeddedPostgres } = require('../../apps/api/dist/platform/embedded-postgres.js');
const { analyseHost, headlineOf } = require('../../libs/analysis/dist/index.js');

const RUNS = Number(process.argv[2] ?? 10_000);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const dir = mkdtempSync(join(tmpdir(), 'bench-conclusion-'));
// Postgres runs under an account of its own.
chmodSync(dir, 0o711);
const file = join(dir, 'delay.json');
const preload = join(dirname(fileURLToPath(import.meta.url)), 'loop-delay.cjs');

const postgres = await startEmbeddedPostgres(dir);
const plane = await startPlane({ DATABASE_URL: postgres.url, LOOP_DELAY_FILE: file }, ['--require', preload]);
const client = new Client({ connectionString: postgres.url });
await client.connect();

/** What the event loop felt since it was last asked. */
const delaySince = async () => {
  rmSync(file, { force: true });
  process.kill(plane.pid, 'SIGUSR2');
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await sleep(5);
  return JSON.parse(readFileSync(file, 'utf8'));
};

/** Runs that have ended, of an investigation that nobody has concluded yet; 200 different analyses. */
const ended = async (runs) => {
  const id = randomUUID();
  await client.query(
    `INSERT INTO investigation (id, runbook, runbook_version, title, state, parameters, targets, requested_by, hosts, deadline)
     VALUES ($1, 'triage-60s', 2, 'made up', 'running', '{}', '{}', 'bench', $2, now() + interval '1 hour')`,
    [id, runs],
  );
  const made = Array.from({ length: 200 }, (_, n) => {
    const evidence = hostEvidence(n, 300);
    return { n, analysis: analyseHost(evidence), headline: headlineOf(evidence) };
  });
  await client.query(
    `INSERT INTO run (id, investigation_id, host_name, host_class, host_labels, state, facts, analysis, headline)
     SELECT gen_random_uuid(), $1, 'host-' || n, 'class-' || n % 8, jsonb_build_object('rack', 'r' || n % 40), 'succeeded',
       jsonb_build_object('kernel', '6.' || n % 3), r->'analysis', r->'headline'
     FROM jsonb_array_elements($2::jsonb) AS r, generate_series(0, $3 - 1) AS n WHERE n % 200 = (r->>'n')::int`,
    [id, JSON.stringify(made), runs],
  );
  return id;
};

/** Slowest and median answer of the health check while `work` goes on. */
const whileAsked = async (work) => {
  const times = [];
  let going = true;
  const asking = (async () => {
    for (; going; await sleep(20)) {
      const began = performance.now();
      await (await fetch(`${plane.url}/healthz`, { headers: { connection: 'close' } })).arrayBuffer();
      times.push(performance.now() - began);
    }
  })();
  const began = performance.now();
  let took;
  try {
    await work();
    took = performance.now() - began;
  } finally {
    going = false;
    await asking;
  }
  times.sort((a, b) => a - b);
  return { took, median: times[times.length >> 1], slowest: times[times.length - 1] };
};

const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

try {
  for (const runs of [100, RUNS, RUNS]) {
    const id = await ended(runs);
    await sleep(1_000);
    await delaySince();
    // The investigation has nothing left to run: to cancel it is to conclude it.
    const { took, median, slowest } = await whileAsked(() => plane.api('POST', `/api/v1/investigations/${id}/cancel`));
    const { p50, p99, max } = await delaySince();
    const { rows } = await client.query(
      'SELECT jsonb_array_length(verdict->$$statements$$) AS n FROM investigation WHERE id = $1',
      [id],
    );
    console.log(
      `${runs} runs concluded in ${ms(took)} (${rows[0].n} statements); event loop p50 ${ms(p50)}, p99 ${ms(p99)}, longest ${ms(max)}; health answered in ${ms(median)}, at the slowest ${ms(slowest)}`,
    );
  }
} finally {
  await client.end();
  await plane.stop();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}
