import { type BulkHostChange, type BulkHostChangeResult, type Identity, type Labels } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { AuditService, type ScopedHost, Scopes } from '../access';
import { Database, invalid } from '../platform';
import { hostsWithin, mustBeFound } from './host-rows';

/** Class and labels of many hosts at once: all of them or none. */
@Injectable()
export class BulkChangeService {
  constructor(
    private readonly database: Database,
    private readonly audit: AuditService,
    private readonly scopes: Scopes,
  ) {}

  /**
   * A label that is both set and taken away is taken away.
   * @throws 400 when nothing is to change, 404 for names that the caller has no host of, 403 when hosts would leave the
   * caller's scope by it
   */
  async change(caller: Identity, change: BulkHostChange): Promise<BulkHostChangeResult> {
    const { class: hostClass, set, drop } = change;
    if (hostClass === undefined && Object.keys(set).length === 0 && drop.length === 0)
      throw invalid('class', 'a class, labels to set, or labels to drop', undefined);
    const names = [...new Set(change.hosts)];
    const before = await this.visible(caller, names);
    const after = before.map((host) => ({
      name: host.name,
      class: hostClass ?? host.class,
      labels: labelsAfter(host.labels, set, drop),
    }));
    await this.scopes.mustCover(caller, after, 'host.change', subjectOf(names));
    const changed = after.filter((host, i) => !isDeepStrictEqual(host, before[i])).map(({ name }) => name);
    if (changed.length > 0) await this.store(caller, change, changed);
    return { changed: changed.length, same: names.length - changed.length };
  }

  private async visible({ scope }: Identity, names: readonly string[]): Promise<ScopedHost[]> {
    const rows = await this.database.host.findMany({
      where: { AND: [{ name: { in: [...names] } }, hostsWithin(scope)] },
      select: { name: true, class: true, labels: true },
    });
    mustBeFound(names, rows, 'nothing was changed; `fleetscope hosts list` shows the hosts there are');
    return rows.map((row) => ({ ...row, labels: row.labels as Labels }));
  }

  /** In terms of what the rows hold then: a label that somebody sets meanwhile stays. */
  private async store(caller: Identity, { class: hostClass, set, drop }: BulkHostChange, hosts: string[]) {
    await this.database.$transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE host SET class = coalesce(${hostClass ?? null}, class),
          labels = (labels || ${JSON.stringify(set)}::jsonb) - ${[...drop]}::text[], updated_at = now()
        WHERE name = ANY(${hosts}::text[])`;
      const what = { ...(hostClass === undefined ? {} : { class: hostClass }), set, drop };
      await this.audit.record(caller.name, 'host.change', subjectOf(hosts), 'done', { ...what, hosts }, tx);
    });
  }
}

/** All the names stand in the entry's details. */
const subjectOf = (hosts: readonly string[]): string =>
  hosts.length === 1 ? String(hosts[0]) : `${hosts.length} hosts`;

const labelsAfter = (labels: Labels, set: Labels, drop: readonly string[]): Labels =>
  Object.fromEntries(Object.entries({ ...labels, ...set }).filter(([name]) => !drop.includes(name)));
