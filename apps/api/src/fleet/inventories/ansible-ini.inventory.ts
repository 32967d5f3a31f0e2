import { AnsibleGroups } from './ansible-groups';
import { type Inventory } from './inventory';

const SECTION = /^\[([^\]:]+)(?::(vars|children))?\]\s*(?:[#;].*)?$/;

/** Words of a line, quotes kept together and removed; a `#` after a space begins a comment. */
const words = (line: string): string[] | null => {
  const out: string[] = [];
  let word = '';
  let quote = '';
  let started = false;
  for (const c of line) {
    if (quote) {
      if (c === quote) quote = '';
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      started = true;
    } else if (c === ' ' || c === '\t') {
      if (started) out.push(word);
      word = '';
      started = false;
    } else if (c === '#' && !started) {
      break;
    } else {
      word += c;
      started = true;
    }
  }
  if (quote) return null;
  if (started) out.push(word);
  return out;
};

/** Ansible's INI inventory: hosts with variables, [group], [group:vars], [group:children], ranges. */
export const parseAnsibleIni = (text: string): Inventory => {
  const groups = new AnsibleGroups();
  let group: string | null = null;
  let kind: 'hosts' | 'vars' | 'children' | 'skip' = 'hosts';
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    const at = index + 1;
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    const report = (reason: string): void => void groups.problems.push({ line: at, text: raw.slice(0, 200), reason });
    if (line.startsWith('[')) {
      const section = SECTION.exec(line);
      group = section?.[1]?.trim() ?? null;
      kind = section ? ((section[2] as 'vars' | 'children' | undefined) ?? 'hosts') : 'skip';
      if (!section)
        report('expected a section such as [web], [web:vars] or [web:children]; the lines below it are left out');
      return;
    }
    if (kind === 'skip') return report('it stands below a section that could not be read');
    if (kind === 'vars' && group) {
      const eq = line.indexOf('=');
      if (eq < 1) return report('expected name=value');
      groups.addVar(group, line.slice(0, eq).trim(), words(line.slice(eq + 1))?.join(' ') ?? '');
      return;
    }
    const parts = words(line);
    if (!parts || parts.length === 0) return report('a quote is not closed');
    const [name = '', ...assignments] = parts;
    if (kind === 'children' && group) {
      groups.addChild(group, name);
      return;
    }
    const bad = assignments.find((part) => part.indexOf('=') < 1);
    if (bad !== undefined) return report(`expected name=value, got ${bad}`);
    const vars = new Map(
      assignments.map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)] as const),
    );
    groups.addHost(name, group, vars, at, raw.slice(0, 200));
  });
  return groups.resolve();
};
