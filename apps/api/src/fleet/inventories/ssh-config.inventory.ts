import { type Inventory, type InventoryHost, type InventoryProblem } from './inventory';

interface Block {
  patterns: string[];
  options: Map<string, string>;
  line: number;
}

/** ssh_config(5) patterns: `*`, `?`, and `!` which excludes. Linear in the text: no regular expression from input. */
const matches = (pattern: string, name: string): boolean => {
  let p = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      mark = n;
    } else if (pattern[p] === '?' || pattern[p] === name[n]) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++mark;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
};

const applies = (block: Block, name: string): boolean =>
  !block.patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1), name)) &&
  block.patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern, name));

/** The name of a hop: `ProxyJump` may say `user@host:port` or a URI, and the host's own entry has both. */
const hopName = (hop: string): string => {
  const place = hop
    .trim()
    .replace(/^ssh:\/\//, '')
    .replace(/^[^@]*@/, '');
  return place.startsWith('[') ? place.slice(1).replace(/\].*$/, '') : place.replace(/^([^:]*):[0-9]+$/, '$1');
};

const isPattern = (word: string): boolean => /[*?!]/.test(word);

/** The blocks that apply to a name, in the order in which they stand. Blocks that only name hosts are found by name. */
const finder = (blocks: readonly Block[]): ((name: string) => Block[]) => {
  const general: Block[] = [];
  const named = new Map<string, Block[]>();
  for (const block of blocks) {
    if (block.patterns.some(isPattern)) general.push(block);
    else for (const name of new Set(block.patterns)) named.set(name, [...(named.get(name) ?? []), block]);
  }
  return (name) =>
    [...(named.get(name) ?? []), ...general.filter((block) => applies(block, name))].sort((a, b) => a.line - b.line);
};

/**
 * Hosts that an ssh_config names. The first value obtained counts, as ssh does it. `Match` and `Include` are reported: what
 * they would add is not known here.
 */
export const parseSshConfig = (text: string): Inventory => {
  const blocks: Block[] = [{ patterns: ['*'], options: new Map(), line: 0 }];
  const problems: InventoryProblem[] = [];
  const names = new Map<string, { line: number; text: string }>();
  let inMatch = false;
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    const parts = /^([A-Za-z]+)(?:\s*=\s*|\s+)(.+)$/.exec(line);
    const report = (reason: string): void => void problems.push({ line: index + 1, text: raw.slice(0, 200), reason });
    if (!parts) return report('expected an option and its value');
    const key = (parts[1] ?? '').toLowerCase();
    const value = (parts[2] ?? '').replace(/^"(.*)"$/, '$1');
    if (key === 'host') {
      inMatch = false;
      const patterns = value.split(/\s+/).map((word) => word.replace(/^"(.*)"$/, '$1'));
      blocks.push({ patterns, options: new Map(), line: index + 1 });
      for (const pattern of patterns)
        if (!/[*?!]/.test(pattern) && !names.has(pattern))
          names.set(pattern, { line: index + 1, text: raw.slice(0, 200) });
    } else if (key === 'match' || key === 'include') {
      inMatch = key === 'match';
      report(`${parts[1] ?? ''} is not followed: hosts below it may miss options`);
    } else if (!inMatch) {
      const options = blocks.at(-1)?.options;
      if (options && !options.has(key)) options.set(key, value);
    }
  });
  const hosts: InventoryHost[] = [];
  const blocksOf = finder(blocks);
  for (const [name, { line, text: source }] of names) {
    const applying = blocksOf(name);
    const option = (key: string): string | undefined =>
      applying.find(({ options }) => options.has(key))?.options.get(key);
    const port = option('port');
    if (port !== undefined && !/^[0-9]{1,5}$/.test(port)) {
      problems.push({ line, text: source, reason: `Port: expected a port number, got ${port}` });
      continue;
    }
    const user = option('user');
    const identity = option('identityfile');
    const jump = option('proxyjump');
    if (option('proxycommand'))
      problems.push({ line, text: source, reason: 'ProxyCommand is not carried over: use ProxyJump' });
    hosts.push({
      line,
      text: source,
      host: {
        name,
        address: (option('hostname') ?? name).replaceAll('%h', name),
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(user === undefined ? {} : { user }),
        ...(identity === undefined ? {} : { identityFile: identity }),
        ...(jump === undefined || jump === 'none' ? {} : { jump: jump.split(',').map(hopName) }),
      },
    });
  }
  return { hosts, problems };
};
