/** Codes of the Itanium C++ ABI, https://itanium-cxx-abi.github.io/cxx-abi/abi.html#mangling. */
type Codes = Readonly<Record<string, string | undefined>>;

/** 5.1.5.2: builtin types. */
export const BUILTIN_TYPES: Codes = {
  ...{ v: 'void', w: 'wchar_t', b: 'bool', c: 'char', a: 'signed char', h: 'unsigned char', s: 'short' },
  ...{ t: 'unsigned short', i: 'int', j: 'unsigned int', l: 'long', m: 'unsigned long', x: 'long long' },
  ...{ y: 'unsigned long long', n: '__int128', o: 'unsigned __int128', f: 'float', d: 'double' },
  ...{ e: 'long double', g: '__float128', z: '...' },
};
/** The same behind a `D`. */
export const LATER_TYPES: Codes = {
  ...{ d: 'decimal64', e: 'decimal128', f: 'decimal32', h: 'half', i: 'char32_t', s: 'char16_t', u: 'char8_t' },
  ...{ a: 'auto', c: 'decltype(auto)', n: 'decltype(nullptr)' },
};

/** What stands behind a number of such a type. */
export const NUMBER_SUFFIXES: Codes = { i: '', j: 'u', l: 'l', m: 'ul', x: 'll', y: 'ull' };

/** 5.1.10: abbreviations behind an `S`, and the name that their constructors have. */
export const ABBREVIATIONS: Readonly<
  Record<string, readonly [name: string, whole: string, constructor: string] | undefined>
> = {
  a: ['std::allocator', 'std::allocator', 'allocator'],
  b: ['std::basic_string', 'std::basic_string', 'basic_string'],
  s: ['std::string', 'std::basic_string<char, std::char_traits<char>, std::allocator<char> >', 'basic_string'],
  i: ['std::istream', 'std::basic_istream<char, std::char_traits<char> >', 'basic_istream'],
  o: ['std::ostream', 'std::basic_ostream<char, std::char_traits<char> >', 'basic_ostream'],
  d: ['std::iostream', 'std::basic_iostream<char, std::char_traits<char> >', 'basic_iostream'],
};

/** 5.1.3: operators. */
export const OPERATORS: Codes = {
  ...{ nw: ' new', na: ' new[]', dl: ' delete', da: ' delete[]', aw: ' co_await', ps: '+', ng: '-', ad: '&' },
  ...{ de: '*', co: '~', pl: '+', mi: '-', ml: '*', dv: '/', rm: '%', an: '&', or: '|', eo: '^', aS: '=' },
  ...{ pL: '+=', mI: '-=', mL: '*=', dV: '/=', rM: '%=', aN: '&=', oR: '|=', eO: '^=', ls: '<<', rs: '>>' },
  ...{ lS: '<<=', rS: '>>=', eq: '==', ne: '!=', lt: '<', gt: '>', le: '<=', ge: '>=', ss: '<=>', nt: '!' },
  ...{ aa: '&&', oo: '||', pp: '++', mm: '--', cm: ',', pm: '->*', pt: '->', cl: '()', ix: '[]', qu: '?' },
};

/** 5.1.4: what is no function or variable of the program's own. */
export const SPECIAL_NAMES: Codes = {
  ...{ TV: 'vtable for ', TT: 'VTT for ', TI: 'typeinfo for ', TS: 'typeinfo name for ', GV: 'guard variable for ' },
  ...{ TH: 'TLS init function for ', TW: 'TLS wrapper function for ' },
};
