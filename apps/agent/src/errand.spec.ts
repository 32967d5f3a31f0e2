import { type AgentPolicy, type Lease, type SignedRunbook } from '@fleetscope/contracts';
import {
  loadCatalogue,
  parseRunbook,
  resolveParameters,
  runbookDigest,
  signRunbook,
  writtenParameters,
} from '@fleetscope/runbooks';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { prepareErrand } from './errand';

const catalogue = loadCatalogue(join(__dirname, '..', '..', '..', 'libs', 'runbooks', 'catalog'));
const runbooks = [...catalogue.values()];
const triage = catalogue.get('triage-60s');
if (!triage) throw new Error('no triage');
const ANY: AgentPolicy = { forbid: { runbooks: [], cost: [], parameters: {} }, runbookKeys: [] };
const lease = (changes: Partial<Lease> = {}): Lease => ({
  runId: '00000000-0000-4000-8000-000000000000',
  fence: 1,
  runbook: triage.id,
  runbookVersion: triage.version,
  runbookDigest: runbookDigest(triage),
  parameters: writtenParameters(triage, resolveParameters(triage, { window: '4s' })),
  deadlineMs: 10_000,
  ...changes,
});
const signedOf = ({ signed }: Partial<Lease>): SignedRunbook => {
  if (!signed) throw new Error('nobody signed it');
  return signed;
};
const refusal = (changes: Partial<Lease>, policy = ANY): string | null => {
  const errand = prepareErrand(lease(changes), policy, runbooks);
  return 'refused' in errand ? errand.refused : null;
};

describe('prepareErrand', () => {
  it('compiles what both sides mean by a name', () => {
    const errand = prepareErrand(lease(), ANY, runbooks);
    expect('probe' in errand && errand.probe.windowSeconds).toBe(4);
  });

  it.each<[string, Partial<Lease>, RegExp]>([
    ['an unknown runbook', { runbook: 'no-such' }, /no runbook no-such.*update/],
    ['another version', { runbookVersion: 99 }, /not triage-60s@99/],
    ['the same version with another content', { runbookDigest: 'x' }, /is not the one/],
    ['a parameter out of bounds', { parameters: { window: '9999s' } }, /window: expected/],
    ['a parameter that is none', { parameters: { command: 'rm -rf /' } }, /unknown parameter/],
  ])('refuses %s', (_, changes, reason) => {
    expect(refusal(changes)).toMatch(reason);
  });

  it('honours the policy of the host', () => {
    const forbid = ANY.forbid;
    expect(refusal({}, { ...ANY, forbid: { ...forbid, runbooks: ['triage-60s'] } })).toContain(
      'forbidden by the policy',
    );
    expect(refusal({}, { ...ANY, forbid: { ...forbid, cost: ['light'] } })).toContain('forbids light');
    expect(refusal({}, { ...ANY, forbid: { ...forbid, parameters: { 'triage-60s': ['window'] } } })).toContain(
      'window',
    );
    expect(refusal({}, { ...ANY, forbid: { ...forbid, cost: ['heavy'] } })).toBeNull();
  });

  describe('a runbook that is not of its catalogue', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const known = { ...ANY, runbookKeys: [publicKey.export({ type: 'spki', format: 'der' }).toString('base64')] };
    const yaml = (id: string, more = ''): string =>
      `id: ${id}\ntitle: X\nversion: 2\ncost: medium\n${more}steps:\n  - id: load\n    title: Load\n    prefer:\n      - { id: proc, read: [/proc/loadavg], parser: proc-snapshots }\n`;
    const ours = (
      text: string,
      { id = 'our-load', signedAs = id }: { id?: string; signedAs?: string } = {},
    ): Partial<Lease> => ({
      ...{ runbook: id, runbookVersion: 2, parameters: {} },
      runbookDigest: runbookDigest(parseRunbook(yaml(id), null)),
      signed: { text, programs: {}, signature: signRunbook({ text, programs: {} }, signedAs, 2, privateKey) },
    });

    it('is compiled when somebody whom the host trusts has signed it', () => {
      const errand = prepareErrand(lease(ours(yaml('our-load'))), known, runbooks);
      expect(errand).toMatchObject({ probe: { runbook: 'our-load@2' }, needsRoot: true });
    });

    it.each<[string, Partial<Lease>, AgentPolicy, RegExp]>([
      ['that nobody signed', { ...ours(yaml('our-load')), signed: undefined }, known, /not signed: .*runbooks sign/],
      ['on a host that knows no key', ours(yaml('our-load')), ANY, /lists no key under runbookKeys/],
      ['signed as another', ours(yaml('our-load'), { signedAs: 'x' }), known, /our-load@2 is not signed, as it is now/],
      [
        'that was changed since',
        { ...ours(yaml('our-load')), signed: { ...signedOf(ours(yaml('our-load'))), text: yaml('our-load', '# \n') } },
        known,
        /is not signed, as it is now/,
      ],
      ['that takes the name of another', ours(yaml('triage'), { id: 'triage' }), known, /no other takes its place/],
      [
        'that breaks the rules',
        ours(yaml('our-load').replace('/proc/loadavg', '../x')),
        known,
        /our-load: .*absolute path/,
      ],
      ['that is another inside', ours(yaml('your-load')), known, /calls itself your-load/],
      ['with others in it', ours(yaml('our-load', 'include: [triage-60s]\n')), known, /signature says nothing of/],
      [
        'of another version inside',
        ours(yaml('our-load').replace('version: 2', 'version: 1')),
        known,
        /@1, not our-load@2/,
      ],
      [
        'of a cost that it forbids',
        ours(yaml('our-load')),
        { ...known, forbid: { ...ANY.forbid, cost: ['medium'] } },
        /forbids/,
      ],
    ])('is refused: one %s', (_, changes, policy, reason) => {
      expect(refusal(changes, policy)).toMatch(reason);
    });
  });

  it('every runbook with its defaults survives the way over the wire', () => {
    for (const runbook of runbooks) {
      if (Object.values(runbook.parameters).some((p) => 'required' in p && p.required === true)) continue;
      const values = resolveParameters(runbook);
      expect(resolveParameters(runbook, writtenParameters(runbook, values))).toEqual(values);
    }
  });
});
