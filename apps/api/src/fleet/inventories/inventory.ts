import { type HostInput } from '@fleetscope/contracts';

/** One host as an inventory states it, before validation: fields that are not stated are absent. */
export interface InventoryHost {
  readonly line: number | null;
  readonly text: string;
  readonly host: Partial<Omit<HostInput, 'port'>> & { name: string; port?: number };
}

/** A line that is reported; the rest is imported all the same. */
export interface InventoryProblem {
  readonly line: number | null;
  readonly text: string;
  readonly reason: string;
}

export interface Inventory {
  readonly hosts: InventoryHost[];
  readonly problems: InventoryProblem[];
}

/** `web[01:03].example` → web01.example, web02.example, web03.example; null when a range is not one. */
export const expandRanges = (pattern: string, limit = 10_000): string[] | null => {
  const open = pattern.indexOf('[');
  if (open < 0) return [pattern];
  const close = pattern.indexOf(']', open);
  if (close < 0) return null;
  const [from = '', to = '', step = '1'] = pattern.slice(open + 1, close).split(':');
  const items = rangeItems(from, to, Number(step));
  if (!items || items.length === 0 || items.length > limit) return null;
  const out: string[] = [];
  for (const item of items) {
    const rest = expandRanges(pattern.slice(close + 1), limit);
    if (!rest || out.length + rest.length > limit) return null;
    for (const tail of rest) out.push(`${pattern.slice(0, open)}${item}${tail}`);
  }
  return out;
};

const rangeItems = (from: string, to: string, step: number): string[] | null => {
  if (!Number.isInteger(step) || step < 1) return null;
  if (/^[0-9]{1,9}$/.test(from) && /^[0-9]{1,9}$/.test(to)) {
    const out: string[] = [];
    for (let n = Number(from); n <= Number(to) && out.length <= 10_000; n += step) {
      // Ansible keeps the leading zeros of the first bound.
      out.push(from.startsWith('0') ? String(n).padStart(from.length, '0') : String(n));
    }
    return out;
  }
  if (/^[a-z]$/i.test(from) && /^[a-z]$/i.test(to)) {
    const out: string[] = [];
    for (let c = from.charCodeAt(0); c <= to.charCodeAt(0); c += step) out.push(String.fromCharCode(c));
    return out;
  }
  return null;
};

/** Ansible's connection variables as fields of a host; null with a reason when one has a value that can't be. */
export const fromAnsibleVars = (
  vars: ReadonlyMap<string, string>,
): { fields: Partial<InventoryHost['host']> } | { reason: string } => {
  const fields: Partial<InventoryHost['host']> = {};
  const address = vars.get('ansible_host') ?? vars.get('ansible_ssh_host');
  if (address) fields.address = address;
  const port = vars.get('ansible_port') ?? vars.get('ansible_ssh_port');
  if (port !== undefined) {
    if (!/^[0-9]{1,5}$/.test(port)) return { reason: `ansible_port: expected a port number, got ${port}` };
    fields.port = Number(port);
  }
  const user = vars.get('ansible_user') ?? vars.get('ansible_ssh_user');
  if (user) fields.user = user;
  const identity = vars.get('ansible_ssh_private_key_file');
  if (identity) fields.identityFile = identity;
  if (vars.get('ansible_connection') === 'local') fields.transport = 'local';
  if (/^(true|yes|1)$/i.test(vars.get('ansible_become') ?? '')) fields.become = 'sudo';
  const hostClass = vars.get('fleetscope_class');
  if (hostClass) fields.class = hostClass;
  return { fields };
};
