import { rustV0Name } from './rust-v0-name';

/** A mangled name that long is none; it is shown as it is. */
const MAX_MANGLED = 4_096;

const RUST_MARKS: Readonly<Record<string, string | undefined>> = {
  ...{ SP: '@', BP: '*', RF: '&', LT: '<', GT: '>', LP: '(', RP: ')', C: ',' },
};

/** `_$LT$impl$u20$Foo$GT$` of one part of a Rust path. */
const unescaped = (part: string): string =>
  part
    .replace(/^_\$/, '$')
    .replace(/\$(?:(SP|BP|RF|LT|GT|LP|RP|C)|u([0-9a-f]{1,6}))\$/g, (whole, mark: string | undefined, hex: string) => {
      if (mark !== undefined) return RUST_MARKS[mark] ?? whole;
      const code = parseInt(hex, 16);
      return code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replaceAll('..', '::');

/** The hash behind a Rust function's path, which changes with every build. */
const RUST_HASH = /::h[0-9a-f]{16}$/;

/** Rust's name before version 0 that a demangler of C++ took for one of C++, which leaves the hash and the escapes. */
const rustLegacyName = (path: string): string => path.replace(RUST_HASH, '').split('::').map(unescaped).join('::');

const CPP_NAMES: Readonly<Record<string, string | undefined>> = {
  ...{ St: 'std', Sa: 'std::allocator', Sb: 'std::basic_string', Ss: 'std::string' },
  ...{ Si: 'std::istream', So: 'std::ostream', Sd: 'std::iostream' },
};

/**
 * The path of a C++ function by the Itanium ABI (`_Z…`) without its parameters, as graphs show it: names of namespaces and
 * classes with their lengths before them, constructors and destructors. Templates and operators are left mangled (null):
 * perf, bpftrace and BCC print them demangled, so that they come only in files that somebody else wrote.
 */
const cppPath = (mangled: string): string | null => {
  const nested = mangled.startsWith('N');
  let rest = nested ? mangled.slice(1).replace(/^[rVK]+/, '') : mangled;
  const parts: string[] = [];
  const known = CPP_NAMES[rest.slice(0, 2)];
  if (known !== undefined) {
    parts.push(known);
    rest = rest.slice(2);
  }
  for (;;) {
    const digits = /^[1-9][0-9]{0,3}/.exec(rest)?.[0];
    const last = parts.at(-1);
    if (digits !== undefined) {
      const name = rest.slice(digits.length, digits.length + Number(digits));
      if (name.length < Number(digits)) return null;
      parts.push(name.startsWith('_GLOBAL__N') ? '(anonymous namespace)' : name);
      rest = rest.slice(digits.length + name.length);
    } else if (nested && last !== undefined && /^[CD][0-5]/.test(rest)) {
      parts.push(`${rest.startsWith('D') ? '~' : ''}${last}`);
      rest = rest.slice(2);
    } else break;
    if (!nested) break;
  }
  const hasEnd = nested ? rest.startsWith('E') : !rest.startsWith('I');
  return parts.length > (known === undefined ? 0 : 1) && hasEnd ? parts.join('::') : null;
};

/**
 * A symbol as people write it: Rust (both manglings, hashes left out, so that a function has one name in every build) and
 * plain C++ names. What is no mangled name, or one that is not understood, comes back as it is.
 */
export const symbolName = (symbol: string): string => {
  if (symbol.length > MAX_MANGLED) return symbol;
  if (symbol.startsWith('_R')) return rustV0Name(symbol) ?? symbol;
  if (symbol.startsWith('_Z')) {
    const path = cppPath(symbol.slice(2));
    return path === null ? symbol : rustLegacyName(path);
  }
  return RUST_HASH.test(symbol) ? rustLegacyName(symbol) : symbol;
};
