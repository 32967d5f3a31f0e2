import { type LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { allowProblem, AddressRules } from './address-rules';
import { Outbound, OutboundError } from './outbound.service';

describe('which addresses may be called', () => {
  const rules = new AddressRules([]);
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  ])('%s may not', (address) => expect(rules.refusal(address)).toMatch(/not of the public internet/));
  it.each(['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8'])('%s may', (address) =>
    expect(rules.refusal(address)).toBeNull(),
  );

  it('configuration allows ranges, addresses and names', () => {
    const allowing = new AddressRules(['10.0.0.0/8', 'fd00::/8', '127.0.0.1', 'Chat.Internal']);
    expect(['10.9.9.9', 'fd00::1', '127.0.0.1', '::ffff:10.0.0.1'].map((ip) => allowing.refusal(ip))).toEqual([
      ...[null, null, null, null],
    ]);
    expect(allowing.refusal('127.0.0.2')).not.toBeNull();
    expect([allowing.allowsName('chat.internal.'), allowing.allowsName('other.internal')]).toEqual([true, false]);
    expect(['10.0.0.0/8', '::1', 'chat.internal'].map(allowProblem)).toEqual([null, null, null]);
    expect(['10.0.0.0/99', 'http://x', '10.0.0', ''].map(allowProblem)).toEqual([
      '10.0.0.0/99',
      'http://x',
      '10.0.0',
      '',
    ]);
  });
});

describe('calls', () => {
  let server: Server;
  let port = 0;
  const seen: string[] = [];
  const outbound = (...outboundAllow: string[]): Outbound => new Outbound({ outboundAllow });

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      if (request.url === '/moved') response.writeHead(302, { location: '/secret' }).end();
      else if (request.url === '/large') response.end('x'.repeat(100_000));
      else if (request.url === '/slow') setTimeout(() => response.end(), 5_000).unref();
      else request.pipe(response);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => void seen.splice(0));

  it.each(['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '[::1]', '127.1'])(
    'to %s never leave, whichever way it is written',
    async (host) => {
      await expect(outbound().call(`http://${host}:${port}/`)).rejects.toThrow(/FLEETSCOPE_OUTBOUND_ALLOW/);
      await expect(outbound().mustBeCallable('url', `http://${host}:${port}/`)).rejects.toThrow(/url: expected/);
      expect(seen).toEqual([]);
    },
  );

  it('are refused without the path and query of their URL, which may be a password', async () => {
    const refused = outbound().mustBeCallable('url', `http://127.0.0.1:${port}/hooks/xyzzy?key=plugh`);
    await expect(refused).rejects.toMatchObject({
      more: { errors: [{ path: 'url', got: `http://127.0.0.1:${port}` }] },
    });
  });

  it.each(['ftp://example.org/', 'file:///etc/passwd', 'nonsense', 'http://user:word@example.org/'])(
    'refuses %s',
    (url) => expect(outbound().call(url)).rejects.toThrow(OutboundError),
  );

  it('reach what is allowed, by range or by name', async () => {
    const post = { method: 'POST', body: 'hé', headers: { 'content-type': 'text/plain' } } as const;
    expect(await outbound('127.0.0.0/8').call(`http://127.0.0.1:${port}/`, post)).toEqual({ status: 200, text: 'hé' });
    expect(await outbound('localhost').call(`http://localhost:${port}/`, post)).toEqual({ status: 200, text: 'hé' });
  });

  it('follow no redirect', async () => {
    expect((await outbound('127.0.0.1').call(`http://127.0.0.1:${port}/moved`)).status).toBe(302);
    expect(seen).toEqual(['GET /moved']);
  });

  it('end when the answer is too large, or too slow', async () => {
    const { call } = {
      call: (path: string, options = {}) => outbound('127.0.0.1').call(`http://127.0.0.1:${port}${path}`, options),
    };
    await expect(call('/large', { maxBytes: 10_000 })).rejects.toThrow('more than 10000 bytes');
    await expect(call('/slow', { timeoutMs: 100 })).rejects.toThrow('it took too long');
  });

  it('look at the address that is connected to: a name that changes its mind is refused then', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    let asked = 0;
    class Rebound extends Outbound {
      protected override readonly resolve = ((
        _name: string,
        _options: object,
        back: (error: null, addresses: LookupAddress[]) => void,
      ) => {
        asked += 1;
        back(
          null,
          (answers.shift() ?? []).map((address) => ({ address, family: 4 })),
        );
      }) as never;
    }
    const guard = new Rebound({ outboundAllow: [] });
    await guard.mustBeCallable('url', `http://rebinding.example:${port}/`);
    await expect(guard.call(`http://rebinding.example:${port}/`)).rejects.toThrow('127.0.0.1');
    // It was asked once for each, and the connection asked nobody again.
    expect([asked, seen]).toEqual([2, []]);
    answers.push(['93.184.216.34', '127.0.0.1']);
    await expect(guard.call(`http://both.example:${port}/`)).rejects.toThrow('127.0.0.1');
  });
});
