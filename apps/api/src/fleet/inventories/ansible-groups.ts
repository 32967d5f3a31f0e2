import { expandRanges, fromAnsibleVars, type Inventory, type InventoryHost, type InventoryProblem } from './inventory';

/** Hosts and groups as both of Ansible's inventory forms state them, resolved into hosts at the end. */
export class AnsibleGroups {
  private readonly hosts = new Map<
    string,
    { line: number | null; text: string; vars: Map<string, string>; groups: string[] }
  >();
  private readonly groupVars = new Map<string, Map<string, string>>();
  private readonly parents = new Map<string, string[]>();
  readonly problems: InventoryProblem[] = [];

  /** `pattern` may hold ranges; `group` null stands for hosts outside every group. */
  addHost(
    pattern: string,
    group: string | null,
    vars: ReadonlyMap<string, string>,
    line: number | null,
    text: string,
  ): void {
    const names = expandRanges(pattern);
    if (!names) {
      this.problems.push({ line, text, reason: `expected a host name or a range such as web[01:20], got ${pattern}` });
      return;
    }
    for (const name of names) {
      const known = this.hosts.get(name) ?? { line, text, vars: new Map<string, string>(), groups: [] };
      if (group && group !== 'all' && group !== 'ungrouped' && !known.groups.includes(group)) known.groups.push(group);
      for (const [key, value] of vars) known.vars.set(key, value);
      this.hosts.set(name, known);
    }
  }

  addVar(group: string, key: string, value: string): void {
    const vars = this.groupVars.get(group) ?? new Map<string, string>();
    vars.set(key, value);
    this.groupVars.set(group, vars);
  }

  addChild(parent: string, child: string): void {
    this.parents.set(child, [...(this.parents.get(child) ?? []), parent]);
  }

  resolve(): Inventory {
    const hosts: InventoryHost[] = [];
    for (const [name, { line, text, vars, groups }] of this.hosts) {
      const lineage = this.lineage(groups);
      const merged = new Map<string, string>();
      // Farthest ancestor first: a nearer group overrides it, the host overrides all.
      for (const group of ['all', ...[...lineage].reverse()])
        for (const [k, v] of this.groupVars.get(group) ?? []) merged.set(k, v);
      for (const [k, v] of vars) merged.set(k, v);
      const read = fromAnsibleVars(merged);
      if ('reason' in read) {
        this.problems.push({ line, text, reason: read.reason });
        continue;
      }
      const labels = lineage.length > 1 ? { labels: { groups: lineage.join(',').slice(0, 128) } } : {};
      hosts.push({ line, text, host: { name, ...(groups[0] ? { class: groups[0] } : {}), ...labels, ...read.fields } });
    }
    return { hosts, problems: this.problems };
  }

  /** The groups and their ancestors, nearest first; a cycle ends where it closes. */
  private lineage(groups: readonly string[]): string[] {
    const out: string[] = [];
    let level = [...groups];
    while (level.length > 0) {
      const fresh = level.filter((group) => !out.includes(group));
      out.push(...fresh);
      level = fresh.flatMap((group) => this.parents.get(group) ?? []);
    }
    return out;
  }
}
