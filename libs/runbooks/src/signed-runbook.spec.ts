import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isRunbookKey, isSignedBy, signRunbook } from './signed-runbook';

const pair = (): { privateKey: KeyObject; key: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, key: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') };
};

describe('a signed runbook', () => {
  const ours = pair();
  const source = { text: 'id: our-load\nversion: 3\n', programs: { 'a.bt': 'BEGIN {}', 'b.bt': 'END {}' } };
  const signed = { ...source, signature: signRunbook(source, 'our-load', 3, ours.privateKey) };

  it('is known by the key that signed it, among others', () => {
    expect(isSignedBy(signed, 'our-load', 3, [pair().key, ours.key])).toBe(true);
    expect(isSignedBy(signed, 'our-load', 3, [pair().key])).toBe(false);
    expect(isSignedBy(signed, 'our-load', 3, [])).toBe(false);
  });

  it.each([
    ['another name', 'other-load', 3, {}],
    ['another version', 'our-load', 4, {}],
    ['another text', 'our-load', 3, { text: `${source.text}# \n# more\n` }],
    ['another program', 'our-load', 3, { programs: { ...source.programs, 'a.bt': 'BEGIN { system("id"); }' } }],
    ['a program more', 'our-load', 3, { programs: { ...source.programs, 'c.bt': '' } }],
    ['a program less', 'our-load', 3, { programs: { 'a.bt': 'BEGIN {}' } }],
    ['garbage for a signature', 'our-load', 3, { signature: 'AAAA' }],
  ])('is not good for %s', (_, id, version, changes) => {
    expect(isSignedBy({ ...signed, ...changes }, id, version, [ours.key])).toBe(false);
  });

  it('bears what editors do to line endings', () => {
    expect(isSignedBy({ ...signed, text: 'id: our-load\r\nversion: 3\r\n\r\n' }, 'our-load', 3, [ours.key])).toBe(true);
  });

  it('takes Ed25519 keys alone', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    expect(isRunbookKey(ours.key)).toBe(true);
    expect(isRunbookKey(rsa.export({ type: 'spki', format: 'der' }).toString('base64'))).toBe(false);
    expect(isRunbookKey('AAAA')).toBe(false);
  });
});
