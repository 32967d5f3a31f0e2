import {
  hostInputSchema,
  type HostImportRequest,
  type HostImportResult,
  type HostInput,
  type HostView,
} from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { AuditService } from '../access';
import { Database, fieldErrors, type Tx } from '../platform';
import { HostsService } from './hosts.service';
import { readInventory } from './inventories';
import { type InventoryHost, type InventoryProblem } from './inventories/inventory';

type Change = HostImportResult['hosts'][number];
type Stated = { host: InventoryHost; input: HostInput };

/** Adds and changes hosts as an inventory states them; a line that can't be read is reported, the rest is imported. */
@Injectable()
export class HostImportService {
  constructor(
    private readonly database: Database,
    private readonly hosts: HostsService,
    private readonly audit: AuditService,
  ) {}

  async import(request: HostImportRequest, actor: string): Promise<HostImportResult> {
    const { format, hosts: found, problems } = readInventory(request);
    const stated = this.validate(found, request.defaults, problems);
    const known = new Map((await this.hosts.list({}, null)).map((host) => [host.name, host]));
    this.dropUnknownJumps(stated, known, problems);
    const changes = stated.map((entry) => this.compare(entry, known.get(entry.input.name)));
    if (!request.dryRun) await this.apply(stated, changes, request.fileName, actor);
    return { format, dryRun: request.dryRun, hosts: changes, problems };
  }

  private validate(
    found: readonly InventoryHost[],
    defaults: HostImportRequest['defaults'],
    problems: InventoryProblem[],
  ): Stated[] {
    const stated: Stated[] = [];
    const names = new Set<string>();
    for (const host of found) {
      const labels = { ...defaults.labels, ...host.host.labels };
      const input = { ...defaults, ...host.host, ...(Object.keys(labels).length > 0 ? { labels } : {}) };
      const parsed = hostInputSchema.safeParse(input);
      if (!parsed.success) {
        const [error] = fieldErrors(parsed.error, input);
        problems.push({
          line: host.line,
          text: host.text,
          reason: error
            ? `${error.path}: expected ${error.expected}${error.got ? `, got ${error.got}` : ''}`
            : 'not valid',
        });
      } else if (names.has(parsed.data.name)) {
        problems.push({
          line: host.line,
          text: host.text,
          reason: `${parsed.data.name} stands above already; the first one counts`,
        });
      } else {
        names.add(parsed.data.name);
        stated.push({ host, input: parsed.data });
      }
    }
    return stated;
  }

  private dropUnknownJumps(
    stated: readonly Stated[],
    known: ReadonlyMap<string, HostView>,
    problems: InventoryProblem[],
  ): void {
    const names = new Set([...known.keys(), ...stated.map(({ input }) => input.name)]);
    for (const { host, input } of stated) {
      const missing = input.jump.find((hop) => !names.has(hop));
      if (missing === undefined) continue;
      problems.push({
        line: host.line,
        text: host.text,
        reason: `the jump host ${missing} is not known; imported without it`,
      });
      input.jump = [];
    }
  }

  /** Only what the inventory states is compared: it does not take back what was set by hand. */
  private compare({ host, input }: Stated, known: HostView | undefined): Change {
    if (!known) return { name: input.name, action: 'add', changes: {} };
    const changes: Change['changes'] = {};
    for (const field of Object.keys(host.host) as (keyof HostInput)[]) {
      if (field === 'name') continue;
      const before = field === 'labels' ? known.labels : known[field];
      const after = field === 'labels' ? { ...known.labels, ...input.labels } : input[field];
      if (!isDeepStrictEqual(before, after)) changes[field] = [before, after];
    }
    return { name: input.name, action: Object.keys(changes).length > 0 ? 'change' : 'same', changes };
  }

  private async apply(
    stated: readonly Stated[],
    changes: readonly Change[],
    fileName: string,
    actor: string,
  ): Promise<void> {
    await this.database.$transaction(
      async (tx) => {
        const added = stated.filter((_, i) => changes[i]?.action === 'add');
        await tx.host.createMany({
          data: added.map(({ input }) => ({ ...input, address: input.address ?? input.name })),
        });
        await this.change(tx, changes);
        await this.audit.record(
          actor,
          'host.import',
          fileName,
          'done',
          { added: added.length, changed: changes.filter(({ action }) => action === 'change').length },
          tx,
        );
      },
      { timeout: 60_000 },
    );
  }

  private async change(tx: Tx, changes: readonly Change[]): Promise<void> {
    for (const { name, action, changes: fields } of changes) {
      if (action !== 'change') continue;
      await tx.host.update({
        where: { name },
        data: Object.fromEntries(Object.entries(fields).map(([field, [, after]]) => [field, after])),
      });
    }
  }
}
