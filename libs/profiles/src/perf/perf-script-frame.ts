/** A frame's line taken apart: `ffffffff81d33e08 read_zero+0x88 ([kernel.kallsyms])`. */
export interface Frame {
  readonly address: string;
  /** As printed, offset included. */
  readonly symbol: string;
  /** What stands in the brackets: a path, `[kernel.kallsyms]`, `inlined`; empty when `-F` left it out. */
  readonly module: string;
}

export interface NamingOptions {
  /** False drops the frames that the compiler folded into their callers (`(inlined)`). */
  readonly inline: boolean;
  /** Marks kernel frames with `_[k]`. */
  readonly kernelSuffix: boolean;
}

const isHex = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 97 && code <= 102);

/** Where the module's bracket opens; brackets within it (`/tmp/x (deleted)`) are balanced. -1 when there is none. */
const moduleStart = (text: string, close: number): number => {
  let depth = 0;
  for (let at = close; at >= 0; at--) {
    if (text[at] === ')') depth++;
    else if (text[at] === '(' && --depth === 0)
      return at === 0 || text[at - 1] === ' ' ? at : text.lastIndexOf(' (') + 1;
  }
  return text.lastIndexOf(' (') + 1;
};

/** The frame a line holds; null when it is none. */
export const frameOf = (line: string): Frame | null => {
  const text = line.trim();
  let at = 0;
  while (at < text.length && isHex(text.charCodeAt(at))) at++;
  if (at === 0 || at > 16 || (at < text.length && text[at] !== ' ')) return null;
  const address = text.slice(0, at);
  const rest = text.slice(at).trimStart();
  const close = rest.lastIndexOf(')');
  const open = close === -1 ? -1 : moduleStart(rest, close);
  const known = open > 0 || (open === 0 && rest.startsWith('('));
  const symbol = known ? rest.slice(0, open).trimEnd() : rest;
  return { address, symbol: symbol === '' ? '[unknown]' : symbol, module: known ? rest.slice(open + 1, close) : '' };
};

const withoutOffset = (symbol: string): string => {
  const at = symbol.lastIndexOf('+0x');
  if (at === -1) return symbol;
  for (let i = at + 3; i < symbol.length; i++) if (!isHex(symbol.charCodeAt(i))) return symbol;
  return at + 3 === symbol.length ? symbol : symbol.slice(0, at);
};

const ANONYMOUS = '(anonymous namespace)';

/** A method of a Go type: `net/http.(*Client).Do`. Its brackets are part of the name. */
const isGoMethod = (name: string): boolean => {
  const open = name.indexOf('.(');
  return open !== -1 && name.lastIndexOf(').') > open + 1;
};

/** Without the arguments of a C++ function, and without the characters that folded lines can't hold. */
const tidied = (name: string): string => {
  let out = name.includes(';') ? name.replaceAll(';', ':') : name;
  if (out.includes('(') && !isGoMethod(out)) {
    let at = out.indexOf('(');
    while (at !== -1 && out.startsWith(ANONYMOUS, at)) at = out.indexOf('(', at + ANONYMOUS.length);
    if (at !== -1) out = out.slice(0, at);
  }
  if (out.includes('"')) out = out.replaceAll('"', '');
  return out.includes("'") ? out.replaceAll("'", '') : out;
};

const isKernel = (module: string): boolean =>
  (module.startsWith('[') || module.endsWith('vmlinux')) && !module.includes('unknown');

/** `libc.so.6` of `/usr/lib/libc.so.6 (deleted)`: a file that was replaced since is known by the same name. */
const fileName = (module: string): string => {
  const name = module.slice(module.lastIndexOf('/') + 1);
  return name.endsWith(' (deleted)') ? name.slice(0, -' (deleted)'.length) : name;
};

/**
 * The names of a frame, root first. More than one where a symbol itself names a chain (`a->b`, as Java's perf maps do);
 * none for what is no code.
 */
export const namesOf = (frame: Frame, options: NamingOptions, command: string): string[] => {
  if (!options.inline && frame.module === 'inlined') return [];
  const symbol = withoutOffset(frame.symbol);
  // Not code but the name of a process, as `perf script` prints for some samples.
  if (symbol.startsWith('(')) return [];
  const names: string[] = [];
  for (const part of symbol.split('->')) {
    if (part === '') continue;
    let name = part;
    if (name === '[unknown]') {
      const known = frame.module !== '' && frame.module !== '[unknown]';
      name = known ? `[${fileName(frame.module)}]` : '[unknown]';
    }
    name = tidied(name);
    if (command === 'java' && name.startsWith('L') && name.includes('/')) name = name.slice(1);
    if (names.length > 0) name = name.includes('_[i]') ? name : `${name}_[i]`;
    else if (options.kernelSuffix && isKernel(frame.module)) name = `${name}_[k]`;
    names.push(name);
  }
  return names;
};
