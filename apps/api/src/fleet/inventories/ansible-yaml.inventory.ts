import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { AnsibleGroups } from './ansible-groups';
import { type Inventory } from './inventory';

const MAX_DEPTH = 32;
const MAX_ERRORS = 20;

/** Ansible's YAML inventory: groups with `hosts`, `vars`, `children`. */
export const parseAnsibleYaml = (text: string): Inventory => {
  const lines = new LineCounter();
  // Pretty errors cost the length of the text each: a text of quotes would take minutes.
  const document = parseDocument(text, { lineCounter: lines, maxAliasCount: 100, prettyErrors: false } as Parameters<
    typeof parseDocument
  >[1]);
  const groups = new AnsibleGroups();
  const lineOf = (node: { range?: readonly number[] | null | undefined } | null | undefined): number | null =>
    node?.range?.[0] === undefined ? null : lines.linePos(node.range[0]).line;
  const textLines = text.split(/\r?\n/);
  const textAt = (line: number | null): string => (line === null ? '' : (textLines[line - 1] ?? '').slice(0, 200));
  const report = (line: number | null, reason: string): void =>
    void groups.problems.push({ line, text: textAt(line), reason });

  for (const error of document.errors.slice(0, MAX_ERRORS))
    report(lines.linePos(error.pos[0]).line, error.message.split('\n')[0] ?? 'not YAML');
  if (document.errors.length > 0) return groups.resolve();

  const entries = (map: YAMLMap): { key: string; line: number | null; value: unknown }[] =>
    map.items.map(({ key, value }) => ({
      key: isScalar(key) ? String(key.value) : '',
      line: lineOf(key as never),
      value,
    }));
  const scalars = (node: unknown): Map<string, string> =>
    new Map(
      isMap(node)
        ? entries(node).flatMap(({ key, value }) =>
            isScalar(value) && value.value !== null ? [[key, String(value.value)] as const] : [],
          )
        : [],
    );

  const readGroup = (name: string, node: unknown, depth: number): void => {
    if (node === null || (isScalar(node) && node.value === null)) return;
    if (!isMap(node) || depth > MAX_DEPTH)
      return report(lineOf(node as never), `${name}: expected hosts, vars or children`);
    for (const { key, line, value } of entries(node)) {
      if (key === 'hosts') {
        if (isMap(value))
          for (const host of entries(value))
            groups.addHost(host.key, name, scalars(host.value), host.line, textAt(host.line));
        else if (!isScalar(value) || value.value !== null)
          report(line, `${name}.hosts: expected host names with a colon after each`);
      } else if (key === 'vars') {
        for (const [variable, text] of scalars(value)) groups.addVar(name, variable, text);
      } else if (key === 'children') {
        if (!isMap(value)) report(line, `${name}.children: expected groups`);
        else
          for (const child of entries(value)) {
            if (name !== 'all') groups.addChild(name, child.key);
            readGroup(child.key, child.value, depth + 1);
          }
      } else report(line, `${name}: expected hosts, vars or children, got ${key}`);
    }
  };
  if (!isMap(document.contents)) report(1, 'expected groups at the top, such as all:');
  else for (const { key, value } of entries(document.contents)) readGroup(key, value, 0);
  return groups.resolve();
};
