import { itaniumName } from './itanium-name';
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

/**
 * A symbol as people write it: Rust (both manglings, hashes left out, so that a function has one name in every build) and
 * C++ without parameters. What is no mangled name, or one that is not understood, comes back as it is.
 */
export const symbolName = (symbol: string): string => {
  if (symbol.length > MAX_MANGLED) return symbol;
  if (symbol.startsWith('_R')) return rustV0Name(symbol) ?? symbol;
  if (symbol.startsWith('_Z')) {
    const path = itaniumName(symbol.slice(2));
    if (path === null) return symbol;
    return RUST_HASH.test(path) ? rustLegacyName(path) : path;
  }
  return RUST_HASH.test(symbol) ? rustLegacyName(symbol) : symbol;
};
