import { type Alternative, parseDuration, type ParameterValues, type Runbook, type Step } from '@fleetscope/contracts';
import { missingText, type Need, needsOf, parseNeed } from './needs';
import { windowSeconds } from './parameters';
import { BPF_TYPES_CODE, bpfTypesWithout } from './bpf-types';
import { fillPlaceholders } from './placeholders';
import { RUNTIME_FUNCTIONS, RUNTIME_HEAD, RUNTIME_MAIN } from './probe-runtime';
import { shellQuote } from './shell-quote';

/** A runbook together with the text of the bpftrace programs that its steps name. */
export interface LoadedRunbook extends Runbook {
  readonly programs: Readonly<Record<string, string>>;
}

export interface CompiledAlternative {
  readonly id: string;
  readonly parser: string;
  /** What will be run, as people would type it. */
  readonly command: string;
  readonly says: string | null;
  /** The output comes gzipped. */
  readonly compressed: boolean;
  /** Of a profile: samples per second and CPU. */
  readonly frequency: number | null;
}

export interface CompiledStep {
  readonly id: string;
  readonly title: string;
  readonly when: Step['when'];
  readonly alternatives: readonly CompiledAlternative[];
}

export interface CompiledProbe {
  /** `triage-60s@1`: what `hello` answers with. */
  readonly runbook: string;
  /** The whole sh program; it is ASCII apart from what a runbook's programs hold. */
  readonly program: string;
  readonly byteLength: number;
  readonly steps: readonly CompiledStep[];
  readonly windowSeconds: number;
  /** The probe ends itself at this many milliseconds after its start; a transport waits a little longer. */
  readonly deadlineMs: number;
}

export interface CompileOptions {
  /** More needs to answer as facts, for the readiness of other runbooks (see `allNeeds`). */
  readonly needs?: readonly string[];
  /** Ends the probe earlier than its steps' deadlines would. */
  readonly deadlineMs?: number;
}

const seconds = (duration: string): number => Math.max(1, Math.ceil((parseDuration(duration) ?? 0) / 1000));

/** How long the single shots of a light runbook may hold it up in all. */
const LIGHT_SLACK_SECONDS = 25;

/** A process table is long, and one file a process is small; everything else stays modest. */
const filesPerPattern = (path: string): number => (path.startsWith('/proc/[0-9]') ? 4096 : 256);

/** Paths hold only letters that need no quoting, and `*`, `[…]` for the host's shell to expand (the verifier checks). */
export const SAFE_PATH = /^\/[A-Za-z0-9._/@:+*[\]-]+$/;

class NeedTable {
  private readonly variables = new Map<string, string>();
  private readonly needs: Need[] = [];

  variable(need: Need): string {
    const known = this.variables.get(need.text);
    if (known !== undefined) return known;
    const name = `fs_n${this.needs.length}`;
    this.variables.set(need.text, name);
    this.needs.push(need);
    return name;
  }

  /** The function that answers every need. */
  code(): string {
    const lines = this.needs.map((need) => `  ${this.answer(need, this.variable(need))}`);
    return `fs_needs() {\n${[...lines, '  :'].join('\n')}\n}\n`;
  }

  private answer(need: Need, name: string): string {
    const fact = shellQuote(need.text);
    switch (need.kind) {
      case 'tool':
        return `fs_find ${name} ${shellQuote(need.tool)}`;
      case 'file':
        return `fs_test ${name} ${fact} -r ${shellQuote(need.path)}`;
      case 'tracepoint':
        return `fs_test ${name} ${fact} -d "$fs_tracing/events/"${shellQuote(`${need.category}/${need.event}`)}`;
      case 'root':
        return `fs_test ${name} root "$fs_uid" = 0`;
      case 'btf':
        return `fs_test ${name} btf -r /sys/kernel/btf/vmlinux\n  ${bpfTypesWithout(name)}`;
      case 'calm':
        return `${name}=$fs_calm`;
      case 'few-switches':
        return `fs_switches ${name}`;
      case 'kernel-headers':
        return `fs_test ${name} kernel-headers -d "/lib/modules/$fs_kernel/build"`;
    }
  }
}

interface Body {
  /** Commands of the function that is the step's process. */
  readonly lines: readonly string[];
  readonly command: string;
  readonly framer: 'fs_live' | 'fs_bulk' | 'fs_base64';
}

class ProbeCompiler {
  private readonly needs = new NeedTable();
  private readonly window: number;
  /** Steps that the given parameters leave something to do. */
  private readonly meant: readonly Step[];

  constructor(
    private readonly runbook: Runbook & { programs?: Readonly<Record<string, string>> },
    private readonly values: ParameterValues,
    private readonly options: CompileOptions,
  ) {
    this.window = windowSeconds(runbook, values);
    this.meant = runbook.steps
      .map((step) => ({ ...step, prefer: step.prefer.filter((alternative) => this.isMeant(alternative)) }))
      .filter((step) => step.prefer.length > 0);
  }

  compile(): CompiledProbe {
    for (const text of ['root', 'btf', ...(this.options.needs ?? [])]) {
      const need = parseNeed(text);
      if (need !== null) this.needs.variable(need);
    }
    const steps = this.meant.map((step, index) => this.step(step, index));
    const asked = this.options.deadlineMs;
    const limit = Math.min(this.limitSeconds(), asked === undefined ? Infinity : Math.max(1, Math.ceil(asked / 1000)));
    const name = `${this.runbook.id}@${this.runbook.version}`;
    const program = [
      RUNTIME_HEAD,
      `fs_runbook=${shellQuote(name)}\nfs_limit=${limit}\nfs_soft=${this.usesPerf() ? 'yes' : ''}\n`,
      BPF_TYPES_CODE,
      RUNTIME_FUNCTIONS,
      ...steps.map((step) => step.code),
      this.needs.code(),
      this.lanes(),
      RUNTIME_MAIN,
    ].join('');
    return {
      runbook: name,
      program,
      byteLength: new TextEncoder().encode(program).length,
      steps: steps.map((step) => step.step),
      windowSeconds: this.window,
      deadlineMs: limit * 1000,
    };
  }

  private step(step: Step, index: number): { code: string; step: CompiledStep } {
    const bodies = step.prefer.map((alternative) => ({ alternative, body: this.body(step, alternative) }));
    const functions = bodies.map(({ body }, at) => `fs_s${index}a${at}() {\n${indent(body.lines)}\n}\n`);
    const tries = bodies.map(({ alternative, body }, at) => {
      const asks = needsOf(alternative).map(
        (need) =>
          `fs_ok "$${this.needs.variable(need)}" ${need.kind === 'calm' ? '"$fs_busy"' : shellQuote(missingText(need))}`,
      );
      // Reading files is cheap enough for any host: it is what a heavy step is downgraded to.
      const isCheap = alternative.read !== undefined || alternative.sample !== undefined;
      if (this.runbook.cost === 'heavy' && !isCheap) asks.push('fs_ok "$fs_calm" "$fs_busy"');
      const call = [
        'fs_try',
        alternative.id,
        shellQuote(oneLine(body.command)),
        `fs_s${index}a${at}`,
        body.framer,
        alternative.firstLines ?? 0,
        alternative.lastLines ?? 0,
        alternative.endless === true ? this.window : "''",
      ].join(' ');
      return asks.length === 0
        ? `if ${call}; then return; fi`
        : `if ${asks.join(' && ')}; then\n    if ${call}; then return; fi\n  fi`;
    });
    const begin = `fs_begin ${step.id} ${this.deadline(step)} ${step.maxBytes}`;
    const code = `${functions.join('')}fs_s${index}() {\n${indent([begin, ...tries, 'fs_done'])}\n}\n`;
    return {
      code,
      step: {
        id: step.id,
        title: step.title,
        when: step.when,
        alternatives: bodies.map(({ alternative, body }) => ({
          id: alternative.id,
          parser: alternative.parser,
          command: body.command,
          says: alternative.says ?? null,
          compressed: alternative.compressed ?? false,
          frequency: this.frequencyOf(alternative),
        })),
      },
    };
  }

  private isMeant({ ifGiven = [], unlessGiven = [] }: Alternative): boolean {
    const isGiven = (name: string): boolean => (this.values[name] ?? null) !== null;
    return ifGiven.every(isGiven) && !unlessGiven.some(isGiven);
  }

  private body(step: Step, alternative: Alternative): Body {
    if (alternative.run !== undefined) return this.toolBody(step, alternative, alternative.run);
    if (alternative.pipe !== undefined) return this.pipeBody(step, alternative, alternative.pipe);
    if (alternative.program !== undefined) return this.programBody(alternative, alternative.program);
    if (alternative.sample !== undefined) return this.sampleBody(alternative.sample, alternative.every ?? 'ends');
    const paths = alternative.read ?? [];
    return { lines: snapshot(paths, 1), command: `read ${paths.join(' ')}`, framer: 'fs_bulk' };
  }

  private toolBody(step: Step, alternative: Alternative, run: readonly string[]): Body {
    const { words, command } = this.argv(step, run);
    if (alternative.compressed === true) return this.packed([words], command);
    const cut = alternative.firstLines !== undefined || alternative.lastLines !== undefined;
    return {
      lines: [`exec ${words}`],
      command,
      framer: alternative.binary === true ? 'fs_base64' : cut ? 'fs_bulk' : 'fs_live',
    };
  }

  private usesPerf(): boolean {
    return this.meant.some((step) =>
      step.prefer.some(({ run, pipe }) => [run ?? [], ...(pipe ?? [])].some(([tool]) => tool === 'perf')),
    );
  }

  private frequencyOf({ frequency }: Alternative): number | null {
    const text = frequency === undefined ? null : fillPlaceholders(frequency, this.runbook, this.values);
    return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
  }

  private pipeBody(step: Step, alternative: Alternative, pipe: readonly (readonly string[])[]): Body {
    const stages = pipe.map((argv) => this.argv(step, argv));
    const command = stages.map((stage) => stage.command).join(' | ');
    const words = stages.map((stage) => stage.words);
    return alternative.compressed === true
      ? this.packed(words, command)
      : { lines: pipeline(words, ''), command, framer: 'fs_live' };
  }

  private packed(stages: readonly string[], command: string): Body {
    const gzip = this.needs.variable({ kind: 'tool', text: 'gzip', tool: 'gzip' });
    return { lines: pipeline(stages, ` | fs_pack "$${gzip}"`), command, framer: 'fs_base64' };
  }

  /** A tool's words for the shell, and its command as people would type it. */
  private argv(step: Step, given: readonly string[]): { words: string; command: string } {
    const argv = given
      .map((word) => fillPlaceholders(word, this.runbook, this.values))
      .filter((word): word is string => word !== null);
    const [tool = '', ...rest] = argv;
    const need = parseNeed(tool);
    if (need?.kind !== 'tool') throw new TypeError(`step ${step.id}: ${tool} is no tool's name`);
    return {
      words: [`"$${this.needs.variable(need)}"`, ...rest.map(shellQuote)].join(' '),
      command: argv.map(shellQuote).join(' '),
    };
  }

  private programBody(alternative: Alternative, name: string): Body {
    const text = this.runbook.programs?.[name];
    if (text === undefined) throw new TypeError(`the program ${name} was not loaded with runbook ${this.runbook.id}`);
    const filled = fillPlaceholders(text, this.runbook, this.values);
    if (filled === null) throw new TypeError(`the program ${name} takes a parameter that has no value`);
    const bpftrace: Need = { kind: 'tool', text: 'bpftrace', tool: 'bpftrace' };
    const command = `bpftrace ${name}`;
    const words = `"$${this.needs.variable(bpftrace)}" -B line -e "$fs_types"${shellQuote(filled)}`;
    return alternative.compressed === true
      ? this.packed([words], command)
      : { lines: [`exec ${words}`], command, framer: 'fs_live' };
  }

  private sampleBody(paths: readonly string[], every: '1s' | 'ends'): Body {
    const count = every === 'ends' ? 2 : this.window + 1;
    const pause = every === 'ends' ? this.window : 1;
    return { lines: snapshot(paths, count, pause), command: `sample ${every} ${paths.join(' ')}`, framer: 'fs_bulk' };
  }

  /** Single shots of the start run one after the other beside the samplers; those of the end after them. */
  private lanes(): string {
    const lane = (when: Step['when']): string[] =>
      this.meant.flatMap((step, index) => (step.when === when ? [`fs_s${index}`] : []));
    const windows = lane('window').map((name) => `${name} &\nfs_w="$fs_w $!"`);
    return [
      'fs_run() {',
      indent([
        'exec 7>&1 >&6',
        'fs_ticker 3<&- 6>&- >/dev/null &',
        'fs_t=$!',
        'fs_lifeline 6>&- >/dev/null &',
        'fs_t="$fs_t $!"',
        'exec 3<&-',
        'fs_w=',
        ...windows.flatMap((text) => text.split('\n')),
        lane('start').length > 0 ? `fs_each ${lane('start').join(' ')} &` : ': &',
        'fs_l=$!',
        '# shellcheck disable=SC2086 # a list of process ids',
        'if [ -n "$fs_w" ]; then wait $fs_w; else wait "$fs_l"; fi',
        // Beside a single shot that hangs: the end of the window must not be missed.
        ...(lane('end').length > 0 ? [`fs_each ${lane('end').join(' ')}`] : []),
        'wait "$fs_l"',
        'exec 2>/dev/null # bash tells of every killed child',
        '# shellcheck disable=SC2086 # a list of process ids',
        'kill -KILL $fs_t',
        'echo idle >&7',
        'wait',
      ]),
      '}\n',
    ].join('\n');
  }

  private deadline(step: Step): number {
    return seconds(step.deadline) + (step.when === 'window' ? this.window : 0);
  }

  /** When every step used up its deadline, and the kills after it; a light runbook is not worth so much waiting. */
  private limitSeconds(): number {
    const total = (when: Step['when']): number[] =>
      this.meant
        .filter((step) => step.when === when)
        .map((step) => (this.deadline(step) + 3) * (when === 'window' ? 1 : step.prefer.length));
    const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);
    const all = Math.max(sum(total('start')), ...total('window'), 0) + sum(total('end')) + 5;
    return this.runbook.cost === 'light' ? Math.min(all, Math.max(...total('window'), 0) + LIGHT_SLACK_SECONDS) : all;
  }
}

/** A command as a frame can carry it: one line, and short enough for one write under every shell. */
const oneLine = (command: string): string => {
  const text = command.replace(/[\p{Cc}\s]+/gu, ' ');
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
};

const indent = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');

/**
 * A pipeline that fails when any of its stages does: their statuses leave by a descriptor of their own. All stages are
 * in the probe's process group, which is what ends them when the step is given up.
 */
const pipeline = (stages: readonly string[], sink: string): string[] => [
  'exec 9>&1',
  `fs_r=$({ ${stages.map((words) => `{ ${words} 8>&- 9>&-; echo "$?" >&8; }`).join(' | ')}${sink} >&9; } 8>&1)`,
  'case $fs_r in *[1-9]*) exit 1 ;; esac',
];

const snapshot = (paths: readonly string[], count: number, pause = 0): string[] => {
  const adds = paths.map((path) => `fs_add ${filesPerPattern(path)} '${path}' ${path}`);
  const take = [
    'fs_files=',
    ...adds,
    'set -f',
    '# shellcheck disable=SC2086 # a list of paths',
    'fs_snap $fs_files',
    'set +f',
  ];
  if (count === 1) return take;
  return [
    'fs_i=1',
    'while :; do',
    ...take.map((line) => `  ${line}`),
    `  [ "$fs_i" -lt ${count} ] || break`,
    '  fs_i=$((fs_i + 1))',
    `  sleep ${pause}`,
    'done',
  ];
};

/**
 * Compiles a runbook to one POSIX sh program for one host.
 * @param values from `resolveParameters`
 * @throws TypeError when the runbook did not go through the verifier
 */
export const compileProbe = (
  runbook: Runbook & { programs?: Readonly<Record<string, string>> },
  values: ParameterValues,
  options: CompileOptions = {},
): CompiledProbe => {
  for (const step of runbook.steps)
    for (const alternative of step.prefer)
      for (const path of [...(alternative.read ?? []), ...(alternative.sample ?? [])])
        if (!SAFE_PATH.test(path)) throw new TypeError(`step ${step.id}: ${path} is no path that can be read`);
  return new ProbeCompiler(runbook, values, options).compile();
};
