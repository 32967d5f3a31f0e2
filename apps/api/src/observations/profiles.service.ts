import { type Observation, type ProfileSummary, type StoredProfile } from '@fleetscope/contracts';
import { loadProfile, type Profile, storeProfile, totalWeight, withCgroups } from '@fleetscope/profiles';
import { Injectable } from '@nestjs/common';
import { promisify } from 'node:util';
import { gunzip, gzipSync } from 'node:zlib';
import { Database, notFound, type Tx } from '../platform';

const unpack = promisify(gunzip);

/** Stacks of runs, one profile a step. */
@Injectable()
export class ProfilesService {
  constructor(private readonly database: Database) {}

  /** Inside the transaction that ends the run. Profiles without samples are kept, too: nothing ran is an answer. */
  async keep(
    tx: Tx,
    runId: string,
    steps: readonly {
      readonly step: string;
      readonly profile: Profile | null;
      readonly observations: readonly Observation[];
    }[],
  ): Promise<void> {
    const groups = groupsIn(steps.flatMap(({ observations }) => observations));
    const data = steps.flatMap(({ step, profile }) =>
      profile ? [{ step, ...rowOf(groups.size > 0 ? withCgroups(profile, groups) : profile) }] : [],
    );
    if (data.length > 0)
      await tx.stackProfile.createMany({ data: data.map((row) => ({ runId, ...row })), skipDuplicates: true });
  }

  async forget(tx: Tx, runIds: readonly string[]): Promise<void> {
    await tx.stackProfile.deleteMany({ where: { runId: { in: [...runIds] } } });
  }

  /** Profiles of these runs, without their stacks, in the order of the hosts' names. */
  async list(runs: ReadonlyMap<string, string>): Promise<ProfileSummary[]> {
    const rows = await this.database.stackProfile.findMany({
      where: { runId: { in: [...runs.keys()] } },
      omit: { body: true },
    });
    return rows
      .map(({ runId, unit, ...row }) => ({
        ...row,
        unit: unit as ProfileSummary['unit'],
        run: runId,
        host: runs.get(runId) ?? '',
      }))
      .sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : a.step < b.step ? -1 : 1));
  }

  /** @throws 404 */
  async stored(runId: string, step: string): Promise<StoredProfile> {
    const row = await this.database.stackProfile.findUnique({ where: { runId_step: { runId, step } } });
    if (!row) throw notFound(`profile of step ${step} in run ${runId}`);
    return JSON.parse((await unpack(row.body)).toString('utf8')) as StoredProfile;
  }

  /** @throws 404 */
  async profile(runId: string, step: string): Promise<Profile> {
    return loadProfile(await this.stored(runId, step));
  }
}

/** Control groups by process, of all readings of them; the last one counts. */
const groupsIn = (observations: readonly Observation[]): Map<number, string> => {
  const groups = new Map<number, string>();
  for (const one of observations)
    if (one.kind === 'table' && one.name === 'process-groups')
      for (const [pid, group] of one.rows) if (typeof group === 'string') groups.set(Number(pid), group);
  return groups;
};

const rowOf = (profile: Profile) => ({
  type: profile.type,
  unit: profile.unit,
  event: profile.event,
  samples: profile.samples.size,
  weight: totalWeight(profile),
  durationMs: profile.durationMs,
  // Level 1: a third of the time of the default for a tenth more bytes.
  body: new Uint8Array(gzipSync(JSON.stringify(storeProfile(profile)), { level: 1 })),
});
