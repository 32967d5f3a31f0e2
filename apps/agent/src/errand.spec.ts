import { type AgentPolicy, type Lease } from '@fleetscope/contracts';
import { loadCatalogue, resolveParameters, runbookDigest, writtenParameters } from '@fleetscope/runbooks';
import { join } from 'node:path';
import { prepareErrand } from './errand';

const catalogue = loadCatalogue(join(__dirname, '..', '..', '..', 'libs', 'runbooks', 'catalog'));
const runbooks = [...catalogue.values()];
const triage = catalogue.get('triage-60s');
if (!triage) throw new Error('no triage');
const ANY: AgentPolicy = { forbid: { runbooks: [], cost: [], parameters: {} } };
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
    expect(refusal({}, { forbid: { ...forbid, runbooks: ['triage-60s'] } })).toContain('forbidden by the policy');
    expect(refusal({}, { forbid: { ...forbid, cost: ['light'] } })).toContain('forbids light');
    expect(refusal({}, { forbid: { ...forbid, parameters: { 'triage-60s': ['window'] } } })).toContain('window');
    expect(refusal({}, { forbid: { ...forbid, cost: ['heavy'] } })).toBeNull();
  });

  it('every runbook with its defaults survives the way over the wire', () => {
    for (const runbook of runbooks) {
      if (Object.values(runbook.parameters).some((p) => 'required' in p && p.required === true)) continue;
      const values = resolveParameters(runbook);
      expect(resolveParameters(runbook, writtenParameters(runbook, values))).toEqual(values);
    }
  });
});
