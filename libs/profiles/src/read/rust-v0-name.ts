/**
 * Rust's own mangling, version 0 (RFC 2603; `_R…`), decoded to a path as people write it: without crate hashes and
 * disambiguators, so that a function has the same name in every build. Follows the RFC's grammar; closures and shims are
 * `{closure#0}`, as rustc's own tools show them.
 */
class Decoder {
  private at = 0;
  private depth = 0;
  private steps = 0;
  private out = '';
  /** Lifetimes that enclosing binders name. */
  private bound = 0;

  constructor(private readonly text: string) {}

  symbol(): string | null {
    try {
      this.path(true);
      return this.out === '' ? null : this.out;
    } catch (error) {
      if (error instanceof Malformed) return null;
      throw error;
    }
  }

  private peek(): string {
    return this.text[this.at] ?? '';
  }

  private next(): string {
    const char = this.text[this.at++];
    if (char === undefined) throw new Malformed();
    return char;
  }

  private takes(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private put(text: string): void {
    this.out += text;
    if (this.out.length > MAX_OUT) throw new Malformed();
  }

  /** Backreferences can nest and repeat: both are bounded. */
  private deeper(decode: () => void): void {
    if (++this.depth > MAX_DEPTH || ++this.steps > MAX_STEPS) throw new Malformed();
    decode();
    this.depth--;
  }

  private base62(): number {
    if (this.takes('_')) return 0;
    let value = 0;
    for (let char = this.next(); char !== '_'; char = this.next()) {
      const digit = BASE62.indexOf(char);
      if (digit === -1) throw new Malformed();
      value = value * 62 + digit;
    }
    return value + 1;
  }

  /** A number behind a tag that may be absent: 0 without it. */
  private optional(tag: string): number {
    return this.takes(tag) ? this.base62() + 1 : 0;
  }

  private decimal(): number {
    // No number begins with 0 but 0 itself: `00` is two of them.
    if (this.takes('0')) return 0;
    let digits = '';
    while (this.peek() >= '0' && this.peek() <= '9' && digits.length < 6) digits += this.next();
    if (digits === '') throw new Malformed();
    return Number(digits);
  }

  private name(): string {
    const isPunycode = this.takes('u');
    const length = this.decimal();
    this.takes('_');
    const text = this.text.slice(this.at, this.at + length);
    if (text.length < length) throw new Malformed();
    this.at += length;
    return isPunycode ? unpunycode(text) : text;
  }

  private back(decode: () => void): void {
    const start = this.at;
    const to = this.base62();
    // Only backwards, or it would never end.
    if (to >= start - 1) throw new Malformed();
    const after = this.at;
    this.at = to;
    this.deeper(decode);
    this.at = after;
  }

  private path(isValue: boolean): void {
    this.deeper(() => {
      const tag = this.next();
      switch (tag) {
        case 'C':
          this.optional('s');
          this.put(this.name());
          return;
        case 'N':
          return this.nested();
        case 'M':
        case 'X':
          this.implPath();
          return this.qualified(tag === 'X');
        case 'Y':
          return this.qualified(true);
        case 'I':
          this.path(isValue);
          if (isValue) this.put('::');
          this.put('<');
          this.list(() => this.generic());
          this.put('>');
          return;
        case 'B':
          return this.back(() => this.path(isValue));
        default:
          throw new Malformed();
      }
    });
  }

  private nested(): void {
    const space = this.next();
    this.path(true);
    const disambiguator = this.optional('s');
    const name = this.name();
    if (space >= 'A' && space <= 'Z') {
      const kind = space === 'C' ? 'closure' : space === 'S' ? 'shim' : space;
      this.put(`::{${kind}${name === '' ? '' : `:${name}`}#${disambiguator}}`);
    } else if (name !== '') this.put(`::${name}`);
  }

  /** Where an impl stands says nothing about what it is: it is read and not shown. */
  private implPath(): void {
    this.optional('s');
    const shown = this.out;
    this.path(false);
    this.out = shown;
  }

  private qualified(hasTrait: boolean): void {
    this.put('<');
    this.type();
    if (hasTrait) {
      this.put(' as ');
      this.path(false);
    }
    this.put('>');
  }

  private list(one: () => void): number {
    let count = 0;
    while (!this.takes('E')) {
      if (count++ > 0) this.put(', ');
      one();
    }
    return count;
  }

  private generic(): void {
    if (this.takes('L')) this.lifetime(this.base62());
    else if (this.takes('K')) this.constant();
    else this.type();
  }

  private lifetime(index: number): void {
    if (index === 0) this.put("'_");
    else this.put(`'${String.fromCharCode(97 + ((this.bound - index + 26) % 26))}`);
  }

  private binder(decode: () => void): void {
    const names = this.optional('G');
    this.bound += names;
    if (names > 0) {
      if (names > 26) throw new Malformed();
      const list = Array.from(
        { length: names },
        (_, at) => `'${String.fromCharCode(97 + ((this.bound - names + at) % 26))}`,
      );
      this.put(`for<${list.join(', ')}> `);
    }
    decode();
    this.bound -= names;
  }

  private type(): void {
    this.deeper(() => {
      const tag = this.next();
      const basic = BASIC[tag];
      if (basic !== undefined) return this.put(basic);
      switch (tag) {
        case 'R':
        case 'Q':
          this.put('&');
          if (this.takes('L')) {
            const lifetime = this.base62();
            if (lifetime !== 0) {
              this.lifetime(lifetime);
              this.put(' ');
            }
          }
          if (tag === 'Q') this.put('mut ');
          return this.type();
        case 'P':
        case 'O':
          this.put(tag === 'P' ? '*const ' : '*mut ');
          return this.type();
        case 'A':
        case 'S':
          this.put('[');
          this.type();
          if (tag === 'A') {
            this.put('; ');
            this.constant();
          }
          return this.put(']');
        case 'T': {
          this.put('(');
          if (this.list(() => this.type()) === 1) this.put(',');
          return this.put(')');
        }
        case 'F':
          return this.binder(() => this.signature());
        case 'D':
          this.put('dyn ');
          this.binder(() => this.bounds());
          if (!this.takes('L')) throw new Malformed();
          return this.dynLifetime(this.base62());
        case 'B':
          return this.back(() => this.type());
        default:
          this.at--;
          return this.path(false);
      }
    });
  }

  private dynLifetime(index: number): void {
    if (index === 0) return;
    this.put(' + ');
    this.lifetime(index);
  }

  private signature(): void {
    if (this.takes('U')) this.put('unsafe ');
    if (this.takes('K')) this.put(`extern "${this.takes('C') ? 'C' : this.name().replaceAll('_', '-')}" `);
    this.put('fn(');
    this.list(() => this.type());
    this.put(')');
    if (this.takes('u')) return;
    this.put(' -> ');
    this.type();
  }

  private bounds(): void {
    let count = 0;
    while (!this.takes('E')) {
      if (count++ > 0) this.put(' + ');
      this.bound1();
    }
  }

  private bound1(): void {
    this.path(false);
    const names: string[] = [];
    while (this.takes('p')) {
      const shown = this.out;
      const name = this.name();
      this.out = '';
      this.type();
      names.push(`${name} = ${this.out}`);
      this.out = shown;
    }
    if (names.length === 0) return;
    // A path with arguments of its own takes the others into the same brackets.
    if (this.out.endsWith('>')) this.out = `${this.out.slice(0, -1)}, ${names.join(', ')}>`;
    else this.put(`<${names.join(', ')}>`);
  }

  private constant(): void {
    this.deeper(() => {
      if (this.takes('B')) return this.back(() => this.constant());
      if (this.takes('p')) return this.put('_');
      const type = this.next();
      const sign = this.takes('n') ? '-' : '';
      let digits = '';
      for (let char = this.next(); char !== '_'; char = this.next()) {
        if (!/[0-9a-f]/.test(char) || digits.length > 32) throw new Malformed();
        digits += char;
      }
      const value = BigInt(`0x${digits === '' ? '0' : digits}`);
      if (type === 'b') this.put(value === 0n ? 'false' : 'true');
      else if (type === 'c') this.put(JSON.stringify(String.fromCodePoint(Number(value))).replaceAll('"', "'"));
      else if ('aslxnihtmyoj'.includes(type)) this.put(`${sign}${value}`);
      else throw new Malformed();
    });
  }
}

class Malformed extends Error {}

const MAX_DEPTH = 200;
const MAX_STEPS = 20_000;
const MAX_OUT = 4_096;
const BASE62 = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const BASIC: Readonly<Record<string, string | undefined>> = {
  ...{ b: 'bool', c: 'char', e: 'str', u: '()', a: 'i8', s: 'i16', l: 'i32', x: 'i64', n: 'i128', i: 'isize' },
  ...{ h: 'u8', t: 'u16', m: 'u32', y: 'u64', o: 'u128', j: 'usize', f: 'f32', d: 'f64', z: '!', p: '_', v: '...' },
};

/** RFC 3492, with `_` for its delimiter and digits in lower case, as identifiers need it. */
const unpunycode = (text: string): string => {
  const delimiter = text.lastIndexOf('_');
  const out = Array.from(delimiter === -1 ? '' : text.slice(0, delimiter));
  let [n, i, bias] = [128, 0, 72];
  for (let at = delimiter + 1; at < text.length;) {
    const before = i;
    for (let weight = 1, k = 36; ; k += 36) {
      const digit = 'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(text[at++] ?? '!');
      if (digit === -1) throw new Malformed();
      i += digit * weight;
      const threshold = Math.min(26, Math.max(1, k - bias));
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    const count = out.length + 1;
    let delta = before === 0 ? Math.floor((i - before) / 700) : Math.floor((i - before) / 2);
    delta += Math.floor(delta / count);
    let k = 0;
    for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
    bias = k + Math.floor((36 * delta) / (delta + 38));
    n += Math.floor(i / count);
    i %= count;
    if (n > 0x10ffff) throw new Malformed();
    out.splice(i++, 0, String.fromCodePoint(n));
  }
  return out.join('');
};

/** @returns null when it is no name of this kind, or one that is too long to be one */
export const rustV0Name = (symbol: string): string | null => {
  const [mangled = ''] = symbol.slice('_R'.length).split('.');
  return /^[A-Z]/.test(mangled) ? new Decoder(mangled).symbol() : null;
};
