import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './processes';
import { freePort } from './server';

/** A real redis-server on a free loopback port, without persistence. */
export class TestRedis {
  private constructor(
    private readonly port: number,
    private readonly dir: string,
    private readonly child: ReturnType<typeof spawn>,
  ) {}

  static async start(): Promise<TestRedis> {
    const port = await freePort();
    const dir = mkdtempSync(join(tmpdir(), 'fleetscope-redis-'));
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      dir,
      '--save',
      '',
      '--appendonly',
      'no',
      '--maxmemory-policy',
      'noeviction',
    ];
    const redis = new TestRedis(port, dir, spawn('redis-server', args, { stdio: 'ignore' }));
    await until(
      'redis to answer',
      async () => (await redis.command('PING').catch(() => '')).startsWith('+PONG'),
      10_000,
    );
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** One inline command. @returns the first line of the reply. */
  command(text: string): Promise<string> {
    return new Promise((done, failed) => {
      const socket = createConnection(this.port, '127.0.0.1', () => socket.write(`${text}\r\n`));
      socket.once('data', (data) => {
        socket.destroy();
        done(data.toString('utf8').split('\r\n')[0] ?? '');
      });
      socket.once('error', failed);
    });
  }

  stop(): void {
    this.child.kill('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }
}
