import { type ProbeEvent } from '@fleetscope/contracts';
import { execFileSync, spawn } from 'node:child_process';
import { FrameDecoder } from './frames';
import { MaskedFrames } from './masked-frames';
import { masked } from './masks';

describe('secrets in the arguments of processes', () => {
  it.each([
    ['app --password=hunter2 --port=80', 'app --password=*** --port=80'],
    ['app --db-password hunter2 -v', 'app --db-password *** -v'],
    ['app --password "two words" -v', 'app --password *** -v'],
    ['app -token abc.def --verbose', 'app -token *** --verbose'],
    ['env PGPASSWORD=hunter2 psql -h db', 'env PGPASSWORD=*** psql -h db'],
    ['AWS_SECRET_ACCESS_KEY=abc/def aws s3 ls', 'AWS_SECRET_ACCESS_KEY=*** aws s3 ls'],
    ['mysql -u root -phunter2 shop', 'mysql -u root -p*** shop'],
    ['mysqldump --port 3306 -P 3306 -uroot -phunter2 shop', 'mysqldump --port 3306 -P 3306 -uroot -p*** shop'],
    ['pg postgres://shop:hun:ter@2@db:5432/shop?x=1', 'pg postgres://shop:***@db:5432/shop?x=1'],
    ['curl -H Authorization: Bearer abc.def-ghi http://x/', 'curl -H Authorization: Bearer *** http://x/'],
    ['sh -c curl -H "Authorization: Basic aGk=" http://x/', 'sh -c curl -H "Authorization: Basic ***" http://x/'],
    ['curl -H X-Api-Key: abc http://x/?token=def&y=1', 'curl -H X-Api-Key: *** http://x/?token=***&y=1'],
    ['curl -u ann:hunter2 http://x/', 'curl -u ann:*** http://x/'],
    ['sshpass -p hunter2 ssh db', 'sshpass -p *** ssh db'],
    ['redis-cli -h x -a hunter2 ping', 'redis-cli -h x -a *** ping'],
    ['app --password=h\xc3\xa0nter2 -v', 'app --password=*** -v'],
    ['app {"secret": "abc def"}', 'app {"secret": ***}'],
  ])('%s', (line, expected) => {
    expect(masked(line)).toBe(expected);
    expect(masked(expected)).toBe(expected);
  });

  it.each([
    'Mem:  total used free shared buff/cache available',
    'root 12 0.0 0.1 /usr/sbin/sshd -D -p 22',
    'psql -p 5432 -h db shop',
    'TcpExt: SyncookiesSent SyncookiesRecv TCPMD5NotFound',
    'nginx: worker process',
    'http://127.0.0.1:8080/path',
    'key_jar 0 0 256 16 1 : tunables 0 0 0',
  ])('leaves alone: %s', (line) => expect(masked(line)).toBe(line));

  it('masks what ps prints of a process that runs', async () => {
    const child = spawn('sh', ['-c', 'read x', 'app', '--password=correct-horse', 'amqp://u:battery@mq/']);
    try {
      const ps = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(child.pid)], { encoding: 'latin1' });
      expect(ps).toContain('correct-horse');
      expect(masked(ps).trim()).toBe('sh -c read x app --password=*** amqp://u:***@mq/');
    } finally {
      child.kill();
    }
  });
});

describe('MaskedFrames', () => {
  const through = (frames: string, size: number): string => {
    const mask = new MaskedFrames();
    const all = Buffer.from(frames, 'latin1');
    const out: Uint8Array[] = [];
    for (let from = 0; from < all.length; from += size) out.push(mask.push(all.subarray(from, from + size)));
    return Buffer.concat([...out, mask.end()]).toString('latin1');
  };
  const textOf = (frames: string, step: string): string => {
    let text = '';
    const take = (event: ProbeEvent): void => {
      if (event.type === 'data' && event.step === step) text += Buffer.from(event.bytes).toString('latin1');
    };
    const decoder = new FrameDecoder(take);
    decoder.push(Buffer.from(frames, 'latin1'));
    decoder.end();
    return text;
  };

  it.each([1, 7, 4096])('masks lines, whole or in parts, between those of other steps, in chunks of %d', (size) => {
    const frames =
      '\x1eS ps procps 1.0 ps -ef\n\x1eP ps app --pass\n\x1eO top password=abc\n\x1eO ps word=hunter2 -v\n\x1ee ps tok\n\x1eE ps en=xyz\n\x1eB pcap cGFzc3dvcmQ9eA==\nnoise --token=abc\n\x1eZ complete\n';
    expect(through(frames, size)).toBe(
      '\x1eS ps procps 1.0 ps -ef\n\x1eO top password=***\n\x1eO ps app --password=*** -v\n\x1eE ps token=***\n\x1eB pcap cGFzc3dvcmQ9eA==\nnoise --token=***\n\x1eZ complete\n',
    );
  });

  it('keeps every byte of what holds no secret, however long its lines are', () => {
    const long = 'x'.repeat(20_000);
    const parts = (long.match(/.{1,900}/g) ?? []).map((part) => `\x1eP ps ${part}\n`).join('');
    const frames = `${parts}\x1eO ps end\n\x1eO ps caf\xc3\xa9\n`;
    for (const size of [100, 5_000]) expect(textOf(through(frames, size), 'ps')).toBe(`${long}end\ncaf\xc3\xa9\n`);
  });

  it('passes what a probe that was cut off had said', () => {
    expect(through('\x1eP ps half a line, password=', 9)).toBe('\x1eP ps half a line, password=');
    expect(through('\x1eP ps secret=abc\n', 9)).toBe('\x1eO ps secret=***\n');
  });
});
