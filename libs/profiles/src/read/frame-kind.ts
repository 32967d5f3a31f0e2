import { type FrameKind } from '@fleetscope/contracts';

/** Suffixes that compilers put behind a C function's name; a dot that begins one is no sign of Go. */
const COMPILER_SUFFIXES = /^(isra|part|constprop|cold|llvm|lto_priv|clone|localalias|symver)\b/;
const NOT_KERNEL = new Set(['[unknown]', '[vdso]', '[vsyscall]', '[heap]', '[stack]', '[anon]', '[uprobes]']);

export const isKernelModule = (module: string): boolean => {
  if (module.startsWith('['))
    return !NOT_KERNEL.has(module) && !module.startsWith('[unknown') && !module.startsWith('[JIT]');
  return (
    module.endsWith('vmlinux') || module.endsWith('.ko') || module.endsWith('.ko.xz') || module.endsWith('.ko.zst')
  );
};

/** `runtime.mallocgc`, `net/http.(*conn).serve`: a package in lower case, a dot, a name that no compiler made. */
const isGo = (symbol: string): boolean => {
  const slash = symbol.lastIndexOf('/', symbol.indexOf('(') === -1 ? undefined : symbol.indexOf('('));
  const dot = symbol.indexOf('.', slash + 1);
  if (dot <= slash + 1 || dot === symbol.length - 1) return false;
  for (let at = slash + 1; at < dot; at++) {
    const code = symbol.charCodeAt(at);
    if (!((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95)) return false;
  }
  const rest = symbol.slice(dot + 1);
  const first = rest.charCodeAt(0);
  const isName = (first >= 65 && first <= 90) || (first >= 97 && first <= 122) || rest.startsWith('(');
  return isName && !COMPILER_SUFFIXES.test(rest) && !symbol.startsWith('_') && !symbol.includes('::');
};

/**
 * What a frame is, told by its module and the way its name is written: perf prints no language. Perf maps
 * (`/tmp/perf-PID.map`) are written by just-in-time compilers, each with marks of its own: V8 `*` `~` `^` before the
 * name or `JS:`, CPython 3.12 `py::`, Java `L…;::` or `Interpreter`.
 */
export const kindOfFrame = (symbol: string, module: string): FrameKind => {
  if (module === 'inlined') return 'inlined';
  if (isKernelModule(module)) return 'kernel';
  if (symbol === '' || symbol === '[unknown]') return 'unknown';
  if (symbol.startsWith('py::')) return 'python';
  const mapped = module.startsWith('/tmp/perf-') || module.includes('/tmp/perf-') || module === '[JIT]';
  if (mapped || module.startsWith('jitted-')) {
    if (/^(JS:|LazyCompile:|Function:|Builtin:|Bytecode|RegExp:|Script:|Eval:|[*~^])/.test(symbol)) return 'node';
    if (symbol.startsWith('L') && symbol.includes(';')) return 'java';
    if (symbol === 'Interpreter' || symbol.startsWith('vtable stub') || symbol.startsWith('StubRoutines'))
      return 'java';
    return 'jit';
  }
  if (/^(JS:|LazyCompile:)/.test(symbol)) return 'node';
  return isGo(symbol) ? 'go' : 'native';
};
