import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlPlane, type CliResult } from '../../../test/support/control-plane';
import { ROOT } from '../../../test/support/server';

const UUID = '00000000-0000-4000-8000-000000000000';

const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;
/** As the server names this machine. */
const HERE = hostname().replace(/[^A-Za-z0-9._-]/g, '-');

const fleetscope = (
  args: string[],
  { input, env = {} }: { input?: string | Buffer; env?: Record<string, string> } = {},
): Promise<CliResult> =>
  new Promise((done) => {
    const child = execFile(
      join(ROOT, 'fleetscope'),
      args,
      {
        cwd: '/',
        encoding: 'utf8',
        maxBuffer: 64_000_000,
        env: { ...process.env, NO_COLOR: '1', FLEETSCOPE_URL: '', FLEETSCOPE_TOKEN: '', ...env },
      },
      (error, stdout, stderr) =>
        done({ status: error ? (typeof error.code === 'number' ? error.code : 99) : 0, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined).end(input ?? '');
  });

describe('the command line', () => {
  const plane = new ControlPlane('cli');
  const scratch = mkdtempSync(join(tmpdir(), 'fleetscope-cli-test-'));
  const on = (...args: string[]): Promise<CliResult> => fleetscope([...args, '--data', plane.dataDir]);
  const file = (name: string, content: string | Buffer): string => {
    writeFileSync(join(scratch, name), content);
    return join(scratch, name);
  };
  let investigation = '';

  beforeAll(async () => {
    await plane.up();
    await on(
      'hosts',
      'add',
      'dead',
      '--address',
      '127.0.0.1',
      '--port',
      '1',
      '--identity',
      '/nonexistent',
      '--class',
      'dead',
      '-l',
      'env=prod',
      '-l',
      'team=a',
    );
    const { status, stdout } = await on('triage', HERE, '--window', '1s', '--json');
    expect(status).toBe(0);
    investigation = (JSON.parse(stdout) as { investigation: { id: string } }).investigation.id;
  });

  afterAll(async () => {
    await plane.down();
    rmSync(scratch, { recursive: true, force: true });
  });

  describe('exit status', () => {
    it('0: every host answered', async () => expect((await on('show', investigation)).status).toBe(0));
    it('1: done, and something was found wanting', async () => {
      expect((await fleetscope(['status', '--data', scratch])).status).toBe(1);
      expect((await on('hosts', 'import', file('bad.csv', 'name,port\nx,y\n'), '--dry-run')).status).toBe(1);
    });
    it('2: usage, with a word about what is right', async () => {
      for (const [args, said] of [
        [['frobnicate'], /unknown command 'frobnicate'/],
        [['triag'], /Did you mean triage/],
        [['triage'], /which hosts\?/],
        [['triage', 'nobody'], /there is no host nobody/],
        [['triage', HERE, '--window', '2h'], /parameters\.window: expected a duration from 1s to 60s/],
        [['run', 'nothing', HERE], /no runbook nothing/],
        [['hosts', 'add', 'x', '--port', '0'], /whole number from 1 to 65535/],
        [['hosts', 'set', 'dead'], /what is to change/],
        [['show', UUID], /no investigation/],
        [['show', 'not-a-uuid'], /uuid/i],
        [['cancel', investigation], /ended already: succeeded/],
        [['evidence', investigation, 'nobody'], /nobody has no run/],
        [['evidence', investigation, HERE, 'nothing'], /nothing/],
        [['import', '/nonexistent', '--host', HERE], /can't be read/],
      ] as const) {
        const { status, stdout, stderr } = await on(...args);
        expect({ args, status, stdout }).toEqual({ args, status: 2, stdout: '' });
        expect(stderr).toMatch(said);
        expect(stderr).toMatch(/^fleetscope: |^error: |^\(Did/m);
      }
    });
    it('3: part of the hosts failed', async () =>
      expect((await on('triage', HERE, 'dead', '--window', '1s')).status).toBe(3));
    it('4: no host answered, of a triage and of a check', async () => {
      expect((await on('triage', 'dead', '--window', '1s')).status).toBe(4);
      expect((await on('hosts', 'check', 'dead')).status).toBe(4);
    });
    it('5: not this tool’s output', async () => {
      const { status, stdout, stderr } = await fleetscope(['parse', 'vmstat'], { input: 'Segmentation fault\n' });
      expect([status, stdout]).toEqual([5, '']);
      expect(stderr).toMatch(/^fleetscope: .{10}/);
      expect((await fleetscope(['parse', '--detect', file('noise.txt', 'hello\n')])).status).toBe(5);
    });
    it('70: the server is not there', async () => {
      const { status, stderr } = await fleetscope([
        'hosts',
        'list',
        '--server',
        'http://127.0.0.1:1',
        '--token-file',
        join(plane.dataDir, 'admin.token'),
      ]);
      expect([status, stderr]).toEqual([70, expect.stringMatching(/could not be reached/)]);
    });
  });

  it('says which token is missing, unreadable or not valid', async () => {
    const url = plane.state.url;
    for (const [args, said] of [
      [['--server', url], /needs a token/],
      [['--server', url, '--token-file', join(scratch, 'none')], /no token in .*none/],
      [['--server', url, '--token-file', file('wrong', `fs_${'A'.repeat(43)}`)], /no valid token/],
      [['--server', 'example.org', '--token-file', join(scratch, 'wrong')], /expected a URL/],
      [['--data', scratch], /no control plane runs on/],
    ] as const) {
      const { status, stderr } = await fleetscope(['hosts', 'list', ...args]);
      expect([args, status, stderr]).toEqual([args, 2, expect.stringMatching(said)]);
    }
    const secret = file('secret', 'x');
    chmodSync(secret, 0o000);
    const asNobody = process.getuid?.() === 0 ? 2 : null;
    if (asNobody !== null)
      expect((await fleetscope(['hosts', 'list', '--server', url, '--token-file', secret])).status).toBe(asNobody);
  });

  it('--json prints JSON and nothing else, of every verb that prints data', async () => {
    const inventory = file('inv.csv', 'name\njson-1\n');
    for (const args of [
      ['status'],
      ['login-link'],
      ['hosts', 'list'],
      ['hosts', 'add', 'json-host', '--address', '127.0.0.1'],
      ['hosts', 'set', 'json-host', '--class', 'c'],
      ['hosts', 'show', 'json-host'],
      ['hosts', 'import', inventory],
      ['hosts', 'import', inventory, '--dry-run'],
      ['hosts', 'check', HERE],
      ['hosts', 'remove', 'json-host'],
      ['investigations'],
      ['show', investigation],
      ['triage', 'dead', '--window', '1s', '--no-wait'],
      ['evidence', investigation, HERE],
    ]) {
      const { stdout } = await on(...args, '--json');
      expect({ args, parsed: typeof JSON.parse(stdout) }).toEqual({ args, parsed: 'object' });
    }
    for (const args of [
      ['runbooks', 'list'],
      ['runbooks', 'lint'],
      ['parse', '--list'],
      ['parse', '--detect', inventory],
      ['parse', 'uptime', file('uptime.txt', ' 10:00:00 up 1 day,  1:00,  1 user,  load average: 0.10, 0.20, 0.30\n')],
    ]) {
      expect({ args, parsed: typeof JSON.parse((await fleetscope([...args, '--json'])).stdout) }).toEqual({
        args,
        parsed: 'object',
      });
    }
  });

  it('hosts are listed by all the labels that were given, not by the first alone', async () => {
    const names = async (...labels: string[]): Promise<string[]> =>
      (
        JSON.parse((await on('hosts', 'list', '--json', ...labels.flatMap((label) => ['-l', label]))).stdout) as {
          name: string;
        }[]
      ).map(({ name }) => name);
    expect(await names('env=prod', 'team=a')).toEqual(['dead']);
    expect(await names('env=prod', 'team=b')).toEqual([]);
  });

  it('--help shows examples, and the exit statuses', async () => {
    const help = await fleetscope(['--help']);
    expect([help.status, help.stdout]).toEqual([0, expect.stringMatching(/Examples:[\s\S]*Exit status:/)]);
    for (const verb of [['up'], ['triage'], ['run'], ['parse'], ['import'], ['hosts', 'add']]) {
      expect([verb, (await fleetscope([...verb, '--help'])).stdout]).toEqual([
        verb,
        expect.stringMatching(/Examples?:\n +fleetscope|Examples?:\n +\w.*fleetscope/),
      ]);
    }
  });

  describe('runbooks', () => {
    it('compile prints a program that a POSIX shell accepts', async () => {
      const { status, stdout } = await fleetscope(['runbooks', 'compile', 'triage-60s', '-p', 'window=1s']);
      expect(status).toBe(0);
      const dash = await new Promise<number | null>((done) =>
        spawn('dash', ['-n', file('probe.sh', stdout)], { stdio: 'ignore' }).once('exit', done),
      );
      expect(dash).toBe(0);
      expect((await fleetscope(['runbooks', 'compile', 'triage-60s', '-p', 'window=2h'])).status).toBe(2);
      expect((await fleetscope(['runbooks', 'compile', 'nothing'])).stderr).toMatch(/there are: .*triage-60s/);
    });

    it('lint names the file, the line, what was expected and what came', async () => {
      const bad = file(
        'bad.yaml',
        'id: bad\ntitle: Bad\nversion: one\ncost: light\nsteps:\n  - id: a\n    title: A\n    prefer:\n      - { id: x, run: [id], parser: no-such-parser }\n',
      );
      const { status, stdout } = await fleetscope(['runbooks', 'lint', bad]);
      expect(status).toBe(1);
      expect(stdout).toMatch(/bad\.yaml:3.*version.*expected.*(number|int).*one/);
      const { problems } = JSON.parse((await fleetscope(['runbooks', 'lint', bad, '--json'])).stdout) as {
        problems: unknown[];
      };
      expect(problems.length).toBeGreaterThan(0);
      expect((await fleetscope(['runbooks', 'lint'])).status).toBe(0);
      expect((await fleetscope(['runbooks', 'lint', '/nonexistent'])).status).toBe(2);
    });
  });

  it('parse of what cannot be read is usage, not a fault of ours', async () => {
    for (const args of [
      ['parse', 'vmstat', '/nonexistent'],
      ['parse', 'vmstat', '/'],
      ['parse', '--detect', '/nonexistent'],
      ['parse', 'nothing'],
      ['parse'],
    ]) {
      expect([args, (await fleetscope(args)).status]).toEqual([args, 2]);
    }
  });

  describe('a probe that was run by hand', () => {
    let program: string;
    /** `(cat probe.sh; sleep N) | sh`, in a session of its own as sshd gives one. */
    const byHand = (shell: string[]): Promise<Buffer> =>
      new Promise((done) => {
        const [name = '', ...args] = shell;
        const child = spawn(name, args, {
          detached: true,
          stdio: ['pipe', 'pipe', 'ignore'],
          cwd: '/',
          env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        });
        const chunks: Buffer[] = [];
        child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
        child.once('close', () => done(Buffer.concat(chunks)));
        child.stdin.on('error', () => undefined).write(program);
      });

    beforeAll(async () => {
      program = (await fleetscope(['runbooks', 'compile', 'triage-60s', '-p', 'window=1s'])).stdout;
    });

    it.each([[['dash']], [['bash']], [['busybox', 'sh']]])(
      'as the help says, with %s, becomes a run with its USE table',
      async (shell) => {
        const frames = await byHand(shell);
        expect(frames.toString('latin1')).toMatch(/\u001eZ complete\n$/);
        const { status, stdout, stderr } = await on(
          'import',
          file('frames', frames),
          '--host',
          HERE,
          '-p',
          'window=1s',
          '--json',
        );
        expect([status, stderr]).toEqual([0, expect.stringMatching(/imported as investigation/)]);
        const report = JSON.parse(stdout) as {
          hosts: { state: string; use: { resource: string; aspect: string; state: string }[] }[];
        };
        expect(report.hosts[0]?.state).toMatch(/succeeded|partial/);
        expect(
          report.hosts[0]?.use.find(({ resource, aspect }) => resource === 'cpu' && aspect === 'utilization')?.state,
        ).toMatch(/ok|warn|crit/);
      },
    );

    it('of sealed evidence becomes an investigation of its own; what was changed is refused', async () => {
      const zip = join(scratch, 'sealed.zip');
      const sealed = await on('evidence', 'export', investigation, '-o', zip);
      expect([sealed.status, sealed.stdout]).toEqual([0, expect.stringMatching(/^seal [0-9a-f]{64}\n$/)]);
      const made = await on('import', zip, '--reason', 'to look at it here', '--json');
      expect([made.status, made.stderr]).toEqual([0, expect.stringMatching(/imported as investigation/)]);
      const { investigation: told } = JSON.parse(made.stdout) as { investigation: { reason: string } };
      expect(told.reason).toMatch(new RegExp(`^to look at it here; imported: investigation ${investigation}`));
      expect(await on('import', zip, '--host', HERE)).toMatchObject({ status: 2 });
      const bytes = readFileSync(zip);
      bytes[2_000] = (bytes[2_000] ?? 0) ^ 0xff;
      expect(await on('import', file('changed.zip', bytes))).toMatchObject({ status: 2 });
    });

    it('a report is one page in a file', async () => {
      const page = join(scratch, 'report.html');
      expect((await on('report', investigation, '-o', page)).status).toBe(0);
      expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
    });

    it('from standard input is the same; garbage, and a host nobody knows, are usage', async () => {
      const frames = await byHand(['dash']);
      expect(
        (
          await fleetscope(['import', '-', '--host', HERE, '-p', 'window=1s', '--data', plane.dataDir], {
            input: frames,
          })
        ).status,
      ).toBe(0);
      const garbage = await on('import', file('garbage', 'no frames at all\n'), '--host', HERE);
      expect([garbage.status, garbage.stderr]).toEqual([2, expect.stringMatching(/holds no frames of a probe/)]);
      expect((await on('import', join(scratch, 'frames'), '--host', 'nobody')).status).toBe(2);
    });

    it('on a hostile host steers no terminal: its words reach the output without control characters', async () => {
      const evil = '\u001b]0;pwned\u0007\u001b[2J\u009b31m';
      const frames = [
        '\u001eH 1 triage-60s@3 100.00 1700000000.0',
        `\u001eF kernel=${evil}`,
        '\u001ef',
        `\u001eK vmstat ${evil} vmstat`,
        `\u001eS uptime procps 100.1 uptime ${evil}`,
        `\u001eO uptime ${evil}`,
        `\u001eE uptime ${evil} permission denied`,
        '\u001eX uptime failed 1 100.2',
        '\u001eZ complete',
        '',
      ].join('\n');
      const made = await on('import', file('evil', frames), '--host', HERE, '--reason', evil);
      const id = /imported as investigation (\S+)/.exec(made.stderr)?.[1] ?? '';
      for (const args of [
        ['show', id],
        ['show', id, '--json'],
        ['investigations'],
        ['investigations', '--json'],
        ['hosts', 'show', HERE],
        ['hosts', 'list'],
        ['evidence', id, HERE],
        ['triage', `x${evil}`],
      ]) {
        const { stdout, stderr } = await on(...args);
        expect({ args, steers: STEERING.test(stdout), steersErr: STEERING.test(stderr) }).toEqual({
          args,
          steers: false,
          steersErr: false,
        });
      }
      expect([STEERING.test(made.stdout), STEERING.test(made.stderr)]).toEqual([false, false]);
      const parsed = await fleetscope(['parse', 'uptime'], { input: `${evil}\n` });
      expect([STEERING.test(parsed.stdout), STEERING.test(parsed.stderr)]).toEqual([false, false]);
    });
  });

  it('logs and status speak of this installation', async () => {
    expect((await on('status')).stdout).toContain(plane.state.url);
    expect((await on('logs', '-n', '5')).status).toBe(0);
    expect(readFileSync(join(plane.dataDir, 'logs', 'fleetscope.log'), 'utf8')).not.toContain(plane.token);
  });
});
