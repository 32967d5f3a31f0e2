import { ABBREVIATIONS, BUILTIN_TYPES, LATER_TYPES, NUMBER_SUFFIXES, OPERATORS, SPECIAL_NAMES } from './itanium-types';

/** A hostile name may refer to itself again and again: neither deep nor long ones are anybody's. */
const MAX_DEPTH = 100;
const MAX_LENGTH = 16_384;

class NotUnderstood extends Error {}

/** A type as it stands around a declarator: `void (*` and `)(int)`. */
interface TypeText {
  readonly left: string;
  readonly right: string;
  /** A function or an array, which a pointer to it puts in brackets. */
  readonly needsBrackets?: boolean;
}

const plain = (left: string): TypeText => ({ left, right: '' });
const textOf = ({ left, right }: TypeText): string => left + right;

/** `name<a, b>`; two brackets are kept apart, as binutils and perf do. */
const withArguments = (name: string, args: readonly string[]): string => {
  const list = args.filter((arg) => arg !== '').join(', ');
  const whole = `${name}${name.endsWith('<') ? ' ' : ''}<${list}${list.endsWith('>') ? ' ' : ''}>`;
  if (whole.length > MAX_LENGTH) throw new NotUnderstood();
  return whole;
};

/** One mangled name of the Itanium C++ ABI, read from left to right. */
class ItaniumReader {
  private at = 0;
  private depth = 0;
  private readonly substitutions: TypeText[] = [];
  private templateArguments: string[] = [];
  /** The name that a constructor of what was read last has. */
  private constructorName = '';

  constructor(private readonly text: string) {}

  /** The name, without its parameters; what follows it is not looked at. */
  name(): string {
    const { text } = this;
    const special = SPECIAL_NAMES[text.slice(0, 2)];
    if (special !== undefined) {
      this.at = 2;
      return (
        special + (text.startsWith('GV') || text[1] === 'H' || text[1] === 'W' ? this.entity() : textOf(this.type()))
      );
    }
    if (this.take('Th')) return `non-virtual thunk to ${this.behind(/n?[0-9]+_/y)}`;
    if (this.take('Tv')) return `virtual thunk to ${this.behind(/n?[0-9]+_n?[0-9]+_/y)}`;
    if (this.take('Tc'))
      return `covariant return thunk to ${this.behind(/[hv]n?[0-9]+_(?:n?[0-9]+_)?[hv]n?[0-9]+_(?:n?[0-9]+_)?/y)}`;
    return this.entity();
  }

  get rest(): string {
    return this.text.slice(this.at);
  }

  private behind(offsets: RegExp): string {
    this.matched(offsets);
    return this.entity();
  }

  private look(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  private take(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private need(word: string): void {
    if (!this.take(word)) throw new NotUnderstood();
  }

  private matched(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw new NotUnderstood();
    this.at += found.length;
    return found;
  }

  private bounded<T>(read: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new NotUnderstood();
    const result = read();
    this.depth--;
    return result;
  }

  private keep(type: TypeText): TypeText {
    if (type.left.length + type.right.length > MAX_LENGTH) throw new NotUnderstood();
    this.substitutions.push(type);
    return type;
  }

  /** <name> */
  private entity(): string {
    return this.bounded(() => {
      if (this.take('N')) return this.nested();
      if (this.take('Z')) return this.local();
      const substituted = this.look() === 'S' && this.look(1) !== 't';
      const name = substituted ? textOf(this.substitution()) : this.unscoped();
      if (this.look() !== 'I') return name;
      if (!substituted) this.keep(plain(name));
      return withArguments(name, this.arguments());
    });
  }

  private unscoped(): string {
    return this.take('St') ? `std::${this.part()}` : this.part();
  }

  /** Z <function encoding> E <entity>: what a function holds. */
  private local(): string {
    const own = this.name();
    this.parameters();
    this.need('E');
    if (this.take('s')) {
      this.discriminator();
      return `${own}::string literal`;
    }
    if (this.take('d')) this.matched(/[0-9]*_/y);
    const inner = this.entity();
    this.discriminator();
    return `${own}::${inner}`;
  }

  private discriminator(): void {
    if (this.look() === '_') this.matched(/__[0-9]+_|_[0-9]/y);
  }

  /** The types behind a function's name, which are not shown. Those of templates begin with what is returned. */
  private parameters(): void {
    while (this.look() !== 'E' && this.look() !== '') this.type();
  }

  /** N … E: one part after the other, each known for later from then on, but for the whole. */
  private nested(): string {
    this.matched(/[rVK]*[RO]?/y);
    let name = '';
    let isNew = false;
    while (!this.take('E')) {
      if (isNew) this.keep(plain(name));
      isNew = true;
      if (this.look() === 'I') name = withArguments(name, this.arguments());
      else if (this.take('St')) [name, isNew] = ['std', false];
      else if (this.look() === 'S') {
        [name, isNew] = [textOf(this.substitution(true)), false];
      } else if (this.look() === 'T') name = this.parameter();
      else if (this.look() === 'D' && /[tT]/.test(this.look(1))) name = textOf(this.type());
      else if (this.take('M')) isNew = false;
      else name = name === '' ? this.part() : `${name}::${this.part()}`;
    }
    if (name === '') throw new NotUnderstood();
    return name;
  }

  /** <unqualified-name>, with its tags. */
  private part(): string {
    let name = this.untagged();
    while (this.take('B')) name += `[abi:${this.source()}]`;
    return name;
  }

  private untagged(): string {
    this.take('L');
    const [first, second] = [this.look(), this.look(1)];
    if (first >= '0' && first <= '9') {
      this.constructorName = this.source();
      return this.constructorName;
    }
    if (first === 'C' && /[1-5]/.test(second)) {
      this.at += 2;
      return this.constructorName;
    }
    if (first === 'D' && /[0-5]/.test(second)) {
      this.at += 2;
      return `~${this.constructorName}`;
    }
    if (this.take('Ul')) {
      const types = this.until('E', () => textOf(this.type()));
      return `{lambda(${types.join() === 'void' ? '' : types.join(', ')})#${this.ordinal()}}`;
    }
    if (this.take('Ut')) return `{unnamed type#${this.ordinal()}}`;
    if (this.take('cv')) return `operator ${textOf(this.type())}`;
    if (this.take('li')) return `operator"" ${this.source()}`;
    const operator = OPERATORS[first + second];
    if (operator === undefined) throw new NotUnderstood();
    this.at += 2;
    return `operator${operator}`;
  }

  private ordinal(): number {
    const digits = this.matched(/[0-9]*_/y).slice(0, -1);
    return digits === '' ? 1 : Number(digits) + 2;
  }

  /** Its length, and so many characters. */
  private source(): string {
    const length = Number(this.matched(/[1-9][0-9]{0,3}/y));
    const name = this.text.slice(this.at, this.at + length);
    if (name.length < length) throw new NotUnderstood();
    this.at += length;
    return name.startsWith('_GLOBAL__N') ? '(anonymous namespace)' : name;
  }

  private until<T>(end: string, read: () => T): T[] {
    const all: T[] = [];
    while (!this.take(end)) {
      if (this.at >= this.text.length) throw new NotUnderstood();
      all.push(read());
    }
    return all;
  }

  /** I … E */
  private arguments(): string[] {
    const { constructorName } = this;
    this.need('I');
    const args = this.until('E', () => this.argument());
    this.templateArguments = args;
    this.constructorName = constructorName;
    return args;
  }

  private argument(): string {
    return this.bounded(() => {
      if (this.take('J'))
        return this.until('E', () => this.argument())
          .filter((one) => one !== '')
          .join(', ');
      if (this.take('L')) return this.literal();
      if (this.take('XadL')) {
        const address = this.literal();
        this.need('E');
        return address;
      }
      if (this.look() === 'X') throw new NotUnderstood(); // another expression
      return textOf(this.type());
    });
  }

  private literal(): string {
    if (this.take('_Z')) {
      const inner = new ItaniumReader(this.text.slice(this.at));
      inner.substitutions.push(...this.substitutions);
      const name = inner.name();
      inner.parameters();
      this.at += inner.at;
      this.substitutions.push(...inner.substitutions.slice(this.substitutions.length));
      this.need('E');
      return `&${name}`;
    }
    const code = this.look();
    const type = textOf(this.type());
    const digits = this.matched(/n?[0-9]*/y).replace('n', '-');
    this.need('E');
    if (code === 'b') return digits === '1' ? 'true' : 'false';
    const suffix = NUMBER_SUFFIXES[code];
    return suffix === undefined ? `(${type})${digits === '' ? '0' : digits}` : `${digits}${suffix}`;
  }

  /** T_, T0_, …: an argument of the template that was read last. */
  private parameter(): string {
    this.need('T');
    const digits = this.matched(/[0-9]*_/y).slice(0, -1);
    const argument = this.templateArguments[digits === '' ? 0 : Number(digits) + 1];
    if (argument === undefined) throw new NotUnderstood();
    return argument;
  }

  /** S_, S0_, …: what was read before; `Sa` and others stand for names of the standard library. */
  private substitution(isPrefix = false): TypeText {
    this.need('S');
    const abbreviation = ABBREVIATIONS[this.look()];
    if (abbreviation !== undefined) {
      this.at++;
      const [name, whole, constructor] = abbreviation;
      this.constructorName = constructor;
      return plain(isPrefix ? whole : name);
    }
    const digits = this.matched(/[0-9A-Z]*_/y).slice(0, -1);
    const found = this.substitutions[digits === '' ? 0 : parseInt(digits, 36) + 1];
    if (found === undefined) throw new NotUnderstood();
    this.constructorName = lastPart(found.left);
    return found;
  }

  /** <type> */
  private type(): TypeText {
    return this.bounded(() => this.unboundedType());
  }

  private unboundedType(): TypeText {
    const code = this.look();
    const builtin = BUILTIN_TYPES[code];
    if (builtin !== undefined) {
      this.at++;
      return plain(builtin);
    }
    switch (code) {
      case 'r':
      case 'V':
      case 'K':
        return this.qualified();
      case 'P':
      case 'R':
      case 'O': {
        this.at++;
        return this.keep(pointed(this.type(), code === 'P' ? '*' : code === 'R' ? '&' : '&&'));
      }
      case 'A': {
        this.at++;
        const size = this.matched(/[0-9]*_/y).slice(0, -1);
        const { left, right } = this.type();
        return this.keep({
          left: right.startsWith('[') ? left : `${left} `,
          right: `[${size}]${right}`,
          needsBrackets: true,
        });
      }
      case 'F':
        return this.keep(this.functionType());
      case 'M': {
        this.at++;
        const owner = textOf(this.type());
        const member = this.type();
        return this.keep(
          member.needsBrackets
            ? { left: `${member.left}(${owner}::*`, right: `)${member.right}` }
            : { left: `${member.left} ${owner}::*`, right: member.right },
        );
      }
      case 'T': {
        const parameter = this.keep(plain(this.parameter()));
        return this.look() === 'I' ? this.keep(plain(withArguments(parameter.left, this.arguments()))) : parameter;
      }
      case 'D':
        return this.laterType();
      case 'S': {
        if (this.look(1) === 't') break;
        const found = this.substitution();
        return this.look() === 'I' ? this.keep(plain(withArguments(textOf(found), this.arguments()))) : found;
      }
      case 'u':
        this.at++;
        return this.keep(plain(this.source()));
    }
    return this.keep(plain(this.entity()));
  }

  private qualified(): TypeText {
    const codes = this.matched(/[rVK]+/y);
    const type = this.type();
    const words = `${codes.includes('K') ? ' const' : ''}${codes.includes('V') ? ' volatile' : ''}${codes.includes('r') ? ' restrict' : ''}`;
    return this.keep(
      type.needsBrackets ? { ...type, right: `${type.right}${words}` } : { ...type, left: `${type.left}${words}` },
    );
  }

  private functionType(): TypeText {
    this.need('F');
    this.take('Y');
    const result = this.type();
    const types = this.until('E', () =>
      /[RO]/.test(this.look()) && this.look(1) === 'E' ? this.reference() : textOf(this.type()),
    );
    const list = types.join(', ');
    return { left: `${result.left} `, right: `(${list === 'void' ? '' : list})${result.right}`, needsBrackets: true };
  }

  private reference(): string {
    return this.text[this.at++] === 'R' ? '&' : '&&';
  }

  private laterType(): TypeText {
    const second = this.look(1);
    const builtin = LATER_TYPES[second];
    this.at += 2;
    if (builtin !== undefined) return plain(builtin);
    if (second === 'p') return this.keep(this.type());
    throw new NotUnderstood(); // decltype, vectors, exception specifications
  }
}

const pointed = (type: TypeText, mark: string): TypeText => {
  if (type.needsBrackets)
    return { left: `${type.left}(${mark}`, right: `)${type.right.startsWith('[') ? ' ' : ''}${type.right}` };
  // A reference to a reference is one.
  if (mark !== '*' && type.left.endsWith('&'))
    return mark === '&' ? { ...type, left: `${type.left.replace(/&+$/, '')}&` } : type;
  return { ...type, left: `${type.left}${mark}` };
};

/** The name of a class without its scope and its template's arguments. */
const lastPart = (name: string): string => {
  let depth = 0;
  let end = name.length;
  for (let at = name.length - 1; at >= 0; at--) {
    const char = name[at];
    if (char === '>') depth++;
    else if (char === '<' && --depth === 0) end = at;
    else if (char === ':' && depth === 0) return name.slice(at + 1, end);
  }
  return name.slice(0, end);
};

/**
 * The name of a C++ function or object by the Itanium ABI, without its parameters, as `c++filt -p` prints it. Null for what it
 * does not understand: expressions among a template's arguments, `decltype`, vectors.
 * @param mangled what follows `_Z`
 */
export const itaniumName = (mangled: string): string | null => {
  const reader = new ItaniumReader(mangled);
  try {
    const name = reader.name();
    if (name.length > MAX_LENGTH) return null;
    // The compiler's clones of a function have their names behind a point.
    const clones = /(?:\.[A-Za-z0-9_]+)+$/.exec(reader.rest)?.[0] ?? '';
    return clones === '' ? name : `${name} [clone ${clones}]`;
  } catch (error) {
    if (error instanceof NotUnderstood) return null;
    throw error;
  }
};
