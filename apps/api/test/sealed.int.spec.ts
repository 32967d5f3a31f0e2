import { type Finding, type InvestigationSnapshot, type SealedManifest } from '@fleetscope/contracts';
import { unzipSync, zipSync } from 'fflate';
import { createHash } from 'node:crypto';
import { type Answer, TestPostgres, TestServer } from '../../../test/support/server';

type Files = Record<string, Uint8Array>;

const THRESHOLDS = { 'fs-space': { warn: 0.001 }, 'mem-available': { warn: 100, crit: 99.9 } };
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

describe('sealed evidence', () => {
  let postgres: TestPostgres;
  let here: TestServer;
  let there: TestServer;
  let id: string;
  let zip: Uint8Array;
  let seal: string | null;

  const snapshot = (server: TestServer, of: string): Promise<InvestigationSnapshot> =>
    server.ok('GET', `/api/v1/investigations/${of}`) as Promise<InvestigationSnapshot>;
  const imported = (bytes: Uint8Array, token?: string): Promise<Answer> =>
    there.call('POST', '/api/v1/imports/evidence', bytes, {
      headers: { 'content-type': 'application/zip' },
      ...(token === undefined ? {} : { token }),
    });
  const count = async (): Promise<number> =>
    Number((await there.sql<{ n: string }>('SELECT count(*) AS n FROM investigation'))[0]?.n);

  /** The manifest changed, and sealed again as somebody would who knows how. */
  const resealed = (files: Files, change: (manifest: SealedManifest) => void): Uint8Array => {
    const manifest = JSON.parse(text(files['manifest.json'])) as SealedManifest;
    change(manifest);
    const bytes = Buffer.from(JSON.stringify(manifest));
    return zipSync({ ...files, 'manifest.json': bytes, 'manifest.json.sha256': Buffer.from(sha256(bytes)) });
  };

  beforeAll(async () => {
    postgres = await TestPostgres.start('sealed');
    here = await TestServer.start(await postgres.createDatabase('here'));
    there = await TestServer.start(await postgres.createDatabase('there'));
    for (const server of [here, there])
      for (const [rule, values] of Object.entries(THRESHOLDS))
        await server.ok('PUT', `/api/v1/rules/${rule}/thresholds`, { scope: 'class', name: 'web', values });
    await here.addLocalHosts(['web-1', 'web-2'], 'web');
    id = await here.triage(['web-1', 'web-2'], '2s');
    await here.ended(id);
    const response = await fetch(`${here.url}/api/v1/investigations/${id}/evidence.zip`, {
      headers: { authorization: `Bearer ${here.token}` },
    });
    expect(response.headers.get('content-type')).toBe('application/zip');
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="fleetscope-evidence-/);
    seal = response.headers.get('fleetscope-seal');
    zip = new Uint8Array(await response.arrayBuffer());
  });

  afterAll(async () => {
    await Promise.all([here.stop(), there.stop()]);
    await postgres.stop();
  });

  it('names every file with its hash, and how it was read', () => {
    const files = unzipSync(zip);
    const manifest = JSON.parse(text(files['manifest.json'])) as SealedManifest;
    expect(sha256(files['manifest.json'] ?? new Uint8Array())).toBe(seal);
    expect(text(files['manifest.json.sha256'])).toBe(`${seal}  manifest.json\n`);
    expect(manifest).toMatchObject({
      ...{ format: 'fleetscope-evidence', formatVersion: 1, product: '0.1.0', rulesVersion: expect.any(Number) },
      investigation: { id, runbook: 'triage-60s', parameters: { window: 2000 } },
      runs: [
        { host: 'web-1', hostClass: 'web' },
        { host: 'web-2', hostClass: 'web' },
      ],
    });
    const named = manifest.runs.flatMap((run) => run.files);
    expect(named.length).toBeGreaterThan(10);
    for (const { file, sha256: said, size } of named)
      expect([file, sha256(files[file] ?? new Uint8Array()), files[file]?.length]).toEqual([file, said, size]);
    expect(Object.keys(files)).toHaveLength(named.length + 2);
    expect(manifest.runs[0]?.steps.find(({ step }) => step === 'vmstat')?.parser).toBe('vmstat');
  });

  it('gives the same findings in another installation, which does not know the hosts', async () => {
    const answer = await imported(zip);
    expect([answer.status, answer.text.slice(0, 500)]).toEqual([201, expect.any(String)]);
    const [then, now] = [await snapshot(here, id), await snapshot(there, (answer.body as { id: string }).id)];
    expect(now.investigation).toMatchObject({
      ...{ state: 'succeeded', runbook: then.investigation.runbook, parameters: then.investigation.parameters },
      reason: expect.stringContaining(`imported: investigation ${id}`),
      verdict: { ...then.investigation.verdict },
    });
    const told = ({ runs }: InvestigationSnapshot) =>
      runs.map(({ host, hostClass, state, reason, startedAt, endedAt, steps, findings, use }) => ({
        ...{ host, hostClass, state, reason, startedAt, endedAt, steps, use },
        findings: findings.map(({ thresholdsVersion: _, ...finding }: Finding) => finding),
      }));
    expect(told(now)).toEqual(told(then));
    expect(now.runs[0]?.findings.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['fs-space', 'mem-available']),
    );
    const hosts = (await there.ok('GET', '/api/v1/hosts')) as { name: string }[];
    expect(hosts.filter(({ name }) => name.startsWith('web-'))).toEqual([]);
    const [ours, theirs] = [then, now].map(({ runs }) => runs[0]?.id ?? '');
    const [mine, yours] = [
      await here.ok('GET', `/api/v1/runs/${ours}`),
      await there.ok('GET', `/api/v1/runs/${theirs}`),
    ];
    for (const same of ['evidence', 'facts', 'cost', 'parseIssues']) expect(yours[same]).toEqual(mine[same]);
  });

  it('can be sealed again by whoever imported it', async () => {
    const { body } = await imported(zip);
    const again = await fetch(`${there.url}/api/v1/investigations/${(body as { id: string }).id}/evidence.zip`, {
      headers: { authorization: `Bearer ${there.token}` },
    });
    const runsOf = (bytes: Uint8Array) => (JSON.parse(text(unzipSync(bytes)['manifest.json'])) as SealedManifest).runs;
    expect(runsOf(new Uint8Array(await again.arrayBuffer()))).toEqual(runsOf(zip));
  });

  describe('is refused, with the file named and nothing written,', () => {
    const FILE = 'evidence/web-1/vmstat.stdout';
    const cases: [string, (files: Files) => Uint8Array, RegExp][] = [
      [
        'when a byte was changed',
        (files) => zipSync({ ...files, [FILE]: Buffer.from(text(files[FILE]).replace(/\d/, 'x')) }),
        /evidence\/web-1\/vmstat.stdout was changed: its SHA-256/,
      ],
      [
        'when bytes were added',
        (files) => zipSync({ ...files, [FILE]: Buffer.from(`${text(files[FILE])} `) }),
        /vmstat.stdout was changed: it has \d+ bytes/,
      ],
      [
        'when a file is missing',
        ({ [FILE]: _, ...files }) => zipSync(files),
        /evidence\/web-1\/vmstat.stdout is missing/,
      ],
      [
        'when a file was put in',
        (files) => zipSync({ ...files, 'evidence/web-1/more.stdout': Buffer.from('x') }),
        /more.stdout is in the zip, but the manifest does not name it/,
      ],
      [
        'when the manifest was changed',
        (files) =>
          zipSync({
            ...files,
            'manifest.json': Buffer.from(text(files['manifest.json']).replace('"web-2"', '"web-9"')),
          }),
        /manifest.json was changed/,
      ],
      ['when it is another zip', () => zipSync({ 'readme.txt': Buffer.from('hello') }), /holds no manifest.json/],
      ['when it is no zip', () => Buffer.from('hello'), /no zip, or it is cut off/],
      ['when it is cut off', () => zip.slice(0, zip.length - 100), /no zip, or it is cut off/],
      [
        'when a name leads out of the folder',
        (files) => zipSync({ ...files, '../../etc/passwd': Buffer.from('x') }),
        /name is not allowed: "..\/..\/etc\/passwd"/,
      ],
      [
        'when it is of a runbook that is not known here',
        (files) => resealed(files, (manifest) => (manifest.investigation.runbook = 'their-own')),
        /the runbook their-own, which this installation does not have/,
      ],
      [
        'when it was sealed by a newer version',
        (files) => resealed(files, (manifest) => Object.assign(manifest, { formatVersion: 2 })),
        /sealed in format 2/,
      ],
      [
        'when the manifest holds what it must not',
        (files) => resealed(files, ({ runs }) => Object.assign(runs[0] ?? {}, { host: '../x' })),
        /manifest.json: runs.0.host/,
      ],
      [
        'when the manifest names a host twice',
        (files) => resealed(files, ({ runs }) => runs.forEach((run) => Object.assign(run, { host: 'web-1' }))),
        /names the host web-1 twice/,
      ],
    ];

    it.each(cases)('%s', async (_, change, words) => {
      const before = await count();
      const answer = await imported(change(unzipSync(zip)));
      expect([answer.status, (answer.body as { detail: string }).detail]).toEqual([422, expect.stringMatching(words)]);
      expect(await count()).toBe(before);
    });

    it('when it is no zip by its own words', async () => {
      expect((await there.call('POST', '/api/v1/imports/evidence', { x: 1 })).status).toBe(415);
    });
  });

  it('is for operators, both ways, and in the audit log', async () => {
    for (const [role, status] of [
      ['viewer', 403],
      ['operator', 201],
    ] as const) {
      const { token } = await there.ok('POST', '/api/v1/tokens', { name: `a-${role}`, role, expiresInDays: 1 });
      expect((await imported(zip, token as string)).status).toBe(status);
    }
    const entries = (server: TestServer) =>
      server.ok('GET', '/api/v1/audit?limit=1000') as Promise<{ action: string }[]>;
    expect(await entries(here)).toContainEqual(
      expect.objectContaining({ action: 'evidence.export', subject: id, detail: { seal, address: '127.0.0.1' } }),
    );
    expect(await entries(there)).toContainEqual(
      expect.objectContaining({
        action: 'investigation.create',
        detail: expect.objectContaining({ sealed: seal, from: id }),
      }),
    );
  });

  it('is not there for an investigation that is not', async () => {
    const { status } = await here.call(
      'GET',
      '/api/v1/investigations/00000000-0000-4000-8000-000000000000/evidence.zip',
    );
    expect(status).toBe(404);
  });
});
