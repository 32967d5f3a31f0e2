import { createHmac } from 'node:crypto';
import { lookupKnownHost, parseKnownHosts } from './known-hosts';

/** A key blob of a type, with a byte that tells keys apart. */
const key = (type: string, byte: number): string => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.alloc(36, byte)]).toString('base64');
};
const ed = (byte: number): string => `ssh-ed25519 ${key('ssh-ed25519', byte)}`;
const found = (text: string, host: string, port = 22): number[] =>
  lookupKnownHost(parseKnownHosts(text), host, port).trusted.map(
    (one) => Buffer.from(one.publicKey, 'base64').at(-1) ?? -1,
  );
const hashed = (name: string): string => {
  const salt = Buffer.alloc(20, 7);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
};

describe('known_hosts', () => {
  it.each([
    ['a name', `db-07 ${ed(1)}`, 'db-07', 22, [1]],
    ['a name in capitals', `DB-07 ${ed(1)}`, 'db-07', 22, [1]],
    ['one of several names', `web,db-07,192.0.2.7 ${ed(1)}`, '192.0.2.7', 22, [1]],
    ['another name', `web ${ed(1)}`, 'db-07', 22, []],
    ['a port of its own', `[db-07]:2222 ${ed(1)}\ndb-07 ${ed(2)}`, 'db-07', 2222, [1]],
    ['port 22 only', `[db-07]:2222 ${ed(1)}\ndb-07 ${ed(2)}`, 'db-07', 22, [2]],
    ['a pattern', `*.example ${ed(1)}`, 'a.example', 22, [1]],
    ['a question mark', `db-0? ${ed(1)}`, 'db-07', 22, [1]],
    ['a negation', `*.example,!bad.example ${ed(1)}`, 'bad.example', 22, []],
    ['a negation alone', `!bad.example ${ed(1)}`, 'a.example', 22, []],
    ['a hashed name', `${hashed('db-07')} ${ed(1)}`, 'db-07', 22, [1]],
    ['a hashed port', `${hashed('[db-07]:2222')} ${ed(1)}`, 'db-07', 2222, [1]],
    ['several keys', `db-07 ${ed(1)} comment here\ndb-07 ${ed(2)}`, 'db-07', 22, [1, 2]],
    ['tabs and Windows lines', `db-07\t${ed(1)}\r\n`, 'db-07', 22, [1]],
    ['a key revoked elsewhere', `db-07 ${ed(1)}\n@revoked * ${ed(1)}`, 'db-07', 22, []],
  ])('finds %s', (_name, text, host, port, bytes) => expect(found(text, host, port)).toEqual(bytes));

  it('keeps revoked keys and authorities apart', () => {
    const keys = lookupKnownHost(
      parseKnownHosts(`@revoked db-07 ${ed(1)}\n@cert-authority *.example,db-07 ${ed(2)}\n`),
      'db-07',
      22,
    );
    expect([keys.trusted.length, keys.revoked.length, keys.certAuthorities.length]).toEqual([0, 1, 1]);
  });

  it('says which lines it could not read', () => {
    const text = `# comment\n\ndb-07\n@other db-07 ${ed(1)}\ndb-07 ssh-rsa ${key('ssh-ed25519', 1)}\ndb-07 ssh-ed25519 ???\n`;
    expect(parseKnownHosts(text).problems).toEqual([
      { line: 3, reason: 'expected hosts, key type and key' },
      { line: 4, reason: 'unknown marker @other' },
      { line: 5, reason: 'the key is no ssh-rsa key in base64' },
      { line: 6, reason: 'the key is no ssh-ed25519 key in base64' },
    ]);
  });

  it('is not slowed down by a pattern of stars', () => {
    const begun = performance.now();
    expect(found(`${'*a'.repeat(2000)}b ${ed(1)}`, 'a'.repeat(250))).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(200);
  });
});
