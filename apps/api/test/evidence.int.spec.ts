import { type InvestigationSnapshot } from '@fleetscope/contracts';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { until } from '../../../test/support/processes';
import { TestPostgres, TestServer } from '../../../test/support/server';

type Item = { step: string; stream: string; sha256: string; size: number };
const R = '\u001e';

/** Frames as a probe writes them, of one step with this output. */
const frames = (lines: readonly string[], more: readonly string[] = []): string =>
  [
    `${R}H 1 triage-60s@3 100.00 1700000000.0`,
    `${R}F cpus=2`,
    `${R}f`,
    `${R}S uptime procps 100.10 uptime`,
    ...lines.map((line) => `${R}O uptime ${line}`),
    `${R}X uptime ok 0 100.20`,
    ...more,
    `${R}C 5 100.00 101.00`,
    `${R}Z complete`,
    '',
  ].join('\n');
const UPTIME = ' 10:00:00 up 1 day,  1:00,  1 user,  load average: 0.10, 0.20, 0.30';

describe('evidence', () => {
  let postgres: TestPostgres;
  let server: TestServer;

  beforeAll(async () => {
    postgres = await TestPostgres.start('evidence');
    server = await TestServer.start(await postgres.createDatabase('evidence'), { FLEETSCOPE_LOG_LEVEL: 'warn' });
    await server.addLocalHosts(['e-1', 'e-2']);
  });

  afterAll(async () => {
    await server.stop();
    await postgres.stop();
  });

  const fileOf = (sha256: string): string => join(server.dataDir, 'evidence', sha256.slice(0, 2), `${sha256}.gz`);
  const files = (dir = join(server.dataDir, 'evidence')): string[] =>
    existsSync(dir)
      ? (readdirSync(dir, { recursive: true, encoding: 'utf8' }) as string[]).filter((name) => name.includes('.gz'))
      : [];
  const runId = async (id: string, host: string): Promise<string> =>
    ((await server.snapshot(id)) as InvestigationSnapshot).runs.find((run) => run.host === host)?.id ?? '';
  const list = async (run: string): Promise<Item[]> =>
    (await server.ok('GET', `/api/v1/runs/${run}/evidence`)) as Item[];
  const importFrames = async (text: string, host = 'e-1'): Promise<string> =>
    (
      (await server.ok('POST', '/api/v1/imports', { host, framesBase64: Buffer.from(text).toString('base64') })) as {
        id: string;
      }
    ).id;

  it('is stored under the hash of its bytes, and given back byte for byte as plain text', async () => {
    const id = await server.triage(['e-1']);
    await server.ended(id);
    const run = await runId(id, 'e-1');
    const items = await list(run);
    expect(items.length).toBeGreaterThan(5);
    for (const { step, stream, sha256, size } of items) {
      const stored = gunzipSync(readFileSync(fileOf(sha256)));
      expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256);
      expect(stored.length).toBe(size);
      const raw = await server.call('GET', `/api/v1/runs/${run}/evidence/${step}?stream=${stream}`);
      expect([raw.status, raw.type, raw.headers.get('x-content-type-options')]).toEqual([
        200,
        'text/plain; charset=utf-8',
        'nosniff',
      ]);
      expect(raw.text).toBe(stored.toString('utf8'));
    }
  });

  it('is kept once where many hosts printed the same', async () => {
    const before = files().length;
    const text = frames([`${UPTIME} ${Date.now()}`]);
    const [first, second] = [await importFrames(text), await importFrames(text, 'e-2')];
    const [a] = await list(await runId(first, 'e-1'));
    const [b] = await list(await runId(second, 'e-2'));
    expect(a?.sha256).toBe(b?.sha256);
    expect(files().length).toBe(before + 1);
  });

  it.each<[string, (stored: Buffer) => Buffer]>([
    ['other bytes', () => gzipSync('something else')],
    ['a file cut short', (stored) => stored.subarray(0, stored.length - 6)],
    ['no gzip at all', () => Buffer.from('junk')],
    ['nothing', () => Buffer.alloc(0)],
  ])('that was changed on disk is not shown: %s', async (_, change) => {
    const id = await importFrames(frames([`${UPTIME} ${Math.random()}`]));
    const run = await runId(id, 'e-1');
    const [item] = await list(run);
    const file = fileOf(item?.sha256 ?? '');
    chmodSync(file, 0o600);
    writeFileSync(file, change(readFileSync(file)));
    const answer = await server.call('GET', `/api/v1/runs/${run}/evidence/uptime`);
    expect([answer.status, answer.type.split(';')[0]]).toEqual([500, 'application/problem+json']);
    expect(answer.body.detail).toMatch(/evidence .*(was changed|can't be read)/);
    expect(answer.text).not.toContain(server.dataDir);
  });

  it('that is gone from the disk is said to be gone', async () => {
    const id = await importFrames(frames([`${UPTIME} ${Math.random()}`]));
    const run = await runId(id, 'e-1');
    const [item] = await list(run);
    execFileSync('rm', [fileOf(item?.sha256 ?? '')]);
    const answer = await server.call('GET', `/api/v1/runs/${run}/evidence/uptime`);
    expect([answer.status, answer.body.detail]).toEqual([500, expect.stringMatching(/evidence .* is gone/)]);
  });

  describe('frames that somebody imports', () => {
    it('that are none are 422, and nothing is stored', async () => {
      const before = ((await server.ok('GET', '/api/v1/investigations')) as unknown[]).length;
      for (const text of ['garbage', '', '\u001eO uptime a line without a hello\n', 'x'.repeat(100_000)]) {
        const answer = await server.call('POST', '/api/v1/imports', {
          host: 'e-1',
          framesBase64: Buffer.from(text).toString('base64'),
        });
        expect([answer.status, answer.body.detail]).toEqual([422, 'the file holds no frames of a probe']);
      }
      expect(((await server.ok('GET', '/api/v1/investigations')) as unknown[]).length).toBe(before);
    });

    it('that are of another runbook are 422, and say of which', async () => {
      const answer = await server.call('POST', '/api/v1/imports', {
        host: 'e-1',
        framesBase64: Buffer.from(frames([UPTIME]).replace('triage-60s@3', 'disk-deep-dive@3')).toString('base64'),
      });
      expect([answer.status, answer.body.detail]).toEqual([
        422,
        expect.stringMatching(/disk-deep-dive@3.*triage-60s@3/),
      ]);
    });

    it('of a hostile host are stored and shown: control characters, NUL, names of ours, and steps twice', async () => {
      const id = await importFrames(
        frames(
          [`${UPTIME}\0\u001b[2J`, '\0'.repeat(500), '__proto__ constructor'],
          [
            `${R}K vmstat no\0 vmstat \u001b[31m`,
            `${R}S mpstat sysstat 100.2 mp\0stat`,
            `${R}O mpstat \0`,
            `${R}X mpstat failed 1 100.3`,
            `${R}S mpstat proc 100.3 cat`,
            `${R}O mpstat x`,
            `${R}X mpstat ok 0 100.4`,
            `${R}F __proto__=x`,
            `${R}F a\0b=c`,
            `${R}f`,
          ],
        ),
      );
      const { investigation, runs } = (await server.ended(id, 5_000)) as InvestigationSnapshot;
      expect(investigation.state).toBe('succeeded');
      expect(runs[0]?.state).toBe('partial');
      expect(runs[0]?.reason).not.toMatch(/fault of ours/);
      expect(runs[0]?.steps.find(({ step }) => step === 'vmstat')).toMatchObject({
        state: 'skipped',
        says: expect.stringMatching(/^no\ufffd vmstat/),
      });

      expect(JSON.stringify(runs[0]?.steps)).not.toMatch(/\\u00[01]/);
      expect((await server.call('GET', `/api/v1/runs/${runs[0]?.id ?? ''}/evidence/uptime`)).text).toContain(
        '\0\u001b[2J',
      );
    });
  });

  // As an operator meets it: the data directory's disk is full, or the folder can't be written.
  describe('on a disk that is full', () => {
    const mounts: string[] = [];
    const full = (name: string, size: string): string => {
      const dir = join(server.dataDir, name);
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', dir]);
      mounts.push(dir);
      return dir;
    };
    afterEach(() => mounts.splice(0).forEach((dir) => execFileSync('umount', ['-l', dir])));

    it('a spool that takes no more stops nothing: the run is kept whole', async () => {
      const dir = full('spool', '4k');
      writeFileSync(join(dir, 'ballast'), Buffer.alloc(4_096));
      const { runs } = (await server.ended(await server.triage(['e-1']))) as InvestigationSnapshot;
      expect(runs[0]?.state).toMatch(/succeeded|partial/);
      expect(runs[0]?.reason ?? '').not.toMatch(/fault|space|spool/);
      expect((await list(runs[0]?.id ?? '')).length).toBeGreaterThan(5);
      expect(server.isAlive).toBe(true);
      expect(readdirSync(dir)).toEqual(['ballast']);
    });

    it('evidence that takes no more fails the run in plain words, at once, and leaves no half files', async () => {
      const dir = full('evidence', '4k');
      const { investigation, runs } = (await server.ended(
        await server.triage(['e-1', 'e-2']),
      )) as InvestigationSnapshot;
      expect(investigation.coverage).toMatchObject({ targeted: 2, failed: 2, pending: 0 });
      for (const run of runs)
        expect(run).toMatchObject({
          state: 'failed',
          reason: expect.stringMatching(/^its output could not be stored: .*(no space left|ENOSPC)/),
        });
      expect(
        (readdirSync(dir, { recursive: true, encoding: 'utf8' }) as string[]).filter((name) => /\.gz\../.test(name)),
      ).toEqual([]);
      expect(existsSync(join(server.dataDir, 'spool')) ? readdirSync(join(server.dataDir, 'spool')) : []).toEqual([]);
      expect(server.isAlive).toBe(true);
    });

    it('goes on as soon as there is room again', async () => {
      const { runs } = (await server.ended(await server.triage(['e-1']))) as InvestigationSnapshot;
      expect(runs[0]?.state).toMatch(/succeeded|partial/);
      await until('no spool to be left', () => readdirSync(join(server.dataDir, 'spool')).length === 0, 2_000);
    });
  });
});
