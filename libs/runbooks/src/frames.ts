import { type ProbeEvent, type StepOutcome, STEP_OUTCOMES } from '@fleetscope/contracts';

/**
 * The wire format of a probe's stdout, version 1.
 *
 * A frame is one line: the byte 0x1E, a letter, fields separated by one space, a line feed. The probe writes each with
 * one write of at most 4,096 bytes, so frames of concurrent steps never interleave in the pipe. A step's output is always
 * behind its frame's head, so it can't pass for a frame. Any line that is no frame is noise.
 *
 *   H protocol runbook uptime wall ms  hello; the wall clock is known to so many milliseconds
 *   F key=value                         one fact
 *   f                                   the facts are complete
 *   S step alternative uptime command   a step starts; again for the same step: it fell to its next alternative
 *   O step text                         a whole line of stdout       P step text   a part of a line; more of it follows
 *   E step text                         a whole line of stderr       e step text   a part of one
 *   B step base64                       bytes of binary stdout
 *   X step outcome status uptime        a step ended; status `-` is unknown
 *   K step reason                       a step can't run here
 *   C ticks begun ended                 cost: CPU in clock ticks (1/100 s in every Linux user space), uptimes
 *   L processes probes files names     what is left on the host of the probe; `-` where it can't be told
 *   Z reason                            the end: complete, cancelled, deadline, lifeline
 *
 * NUL bytes in text are dropped by the host's shell, and a last line without a line feed gets one.
 */
export const PROTOCOL = 1;
export const MAX_FRAME_BYTES = 4096;

const MARK = 0x1e;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
/** Where a frame's first field begins. */
const STEP_FIELD = 3;
/** By their codes. */
const LETTERS: readonly string[] = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const END_REASONS = ['complete', 'cancelled', 'deadline', 'lifeline'] as const;

const text = new TextDecoder('utf-8', { fatal: false });

const numberOf = (field: string | undefined): number | null =>
  field !== undefined && /^[0-9]{1,15}(\.[0-9]{1,6})?$/.test(field) ? Number(field) : null;

const isOutcome = (field: string | undefined): field is StepOutcome =>
  STEP_OUTCOMES.some((outcome) => outcome === field);

const isStep = (field: string | undefined): field is string =>
  field !== undefined && field.length <= 64 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(field);

/** Splits off `count` fields at single spaces; the last one keeps the rest. */
const fieldsOf = (line: string, count: number): string[] => {
  const fields: string[] = [];
  let from = 0;
  while (fields.length < count - 1) {
    const space = line.indexOf(' ', from);
    if (space < 0) break;
    fields.push(line.slice(from, space));
    from = space + 1;
  }
  fields.push(line.slice(from));
  return fields;
};

/**
 * Turns a probe's byte stream into events. It takes any bytes in chunks of any size, gives the same events wherever the
 * chunks were cut (noise may come in differently cut pieces), never throws, and holds at most one frame.
 */
export class FrameDecoder {
  private readonly held = new Uint8Array(MAX_FRAME_BYTES);
  private length = 0;
  /** Inside a line that is no frame: its bytes are passed on as they come. */
  private inNoise = false;
  private facts: Record<string, string> = {};
  private factCount = 0;
  private bytes = 0;
  private lastUptime = 0;
  /** The step of the frame before, which is a valid one. */
  private step: string | null = null;
  private readonly open = new Set<string>();

  constructor(
    private readonly onEvent: (event: ProbeEvent) => void,
    private readonly limits: { maxFacts: number; maxOpenSteps: number } = { maxFacts: 2000, maxOpenSteps: 1000 },
  ) {}

  push(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      const feed = chunk.indexOf(LINE_FEED, from);
      const to = feed < 0 ? chunk.length : feed + 1;
      this.take(chunk.subarray(from, to), feed >= 0);
      from = to;
    }
  }

  /** The stream is over: what is held is no whole frame. */
  end(): void {
    if (this.length > 0) this.noise(this.held.subarray(0, this.length));
    this.length = 0;
    this.inNoise = false;
  }

  private take(piece: Uint8Array, whole: boolean): void {
    this.bytes += piece.length;
    if (!this.inNoise && this.length === 0 && piece[0] !== MARK) this.inNoise = true;
    if (!this.inNoise && this.length + piece.length > MAX_FRAME_BYTES) {
      this.noise(this.held.subarray(0, this.length));
      this.length = 0;
      this.inNoise = true;
    }
    if (this.inNoise) {
      this.noise(piece);
      this.inNoise = !whole;
      return;
    }
    if (whole && this.length === 0) {
      // Nearly every frame lies in one chunk: it is read where it is.
      if (!this.frame(piece)) this.noise(piece);
      return;
    }
    this.held.set(piece, this.length);
    this.length += piece.length;
    if (!whole) return;
    const line = this.held.slice(0, this.length);
    this.length = 0;
    if (!this.frame(line)) this.noise(line);
  }

  private noise(bytes: Uint8Array): void {
    this.onEvent({ type: 'noise', bytes: bytes.slice() });
  }

  /** False when the line is no frame after all. */
  private frame(line: Uint8Array): boolean {
    const letter = LETTERS[line[1] ?? 0] ?? '';
    if (letter !== '' && 'OPEeB'.includes(letter)) return this.data(letter, line);
    if (letter === 'f' && line.length === 3) {
      this.onEvent({ type: 'facts', facts: this.facts });
      this.facts = {};
      this.factCount = 0;
      return true;
    }
    if (line[2] !== SPACE) return false;
    const rest = text.decode(line.subarray(3, line.length - 1));
    switch (letter) {
      case 'H':
        return this.hello(rest);
      case 'F':
        return this.fact(rest);
      case 'S':
        return this.stepStart(rest);
      case 'X':
        return this.stepEnd(rest);
      case 'K':
        return this.stepSkip(rest);
      case 'C':
        return this.cost(rest);
      case 'L':
        return this.left(rest);
      case 'Z':
        return this.over(rest);
      default:
        return false;
    }
  }

  private data(letter: string, line: Uint8Array): boolean {
    const space = line.indexOf(SPACE, STEP_FIELD);
    if (line[2] !== SPACE || space < 0) return false;
    const step = this.stepAt(line, space);
    if (step === null) return false;
    const isPart = letter === 'P' || letter === 'e';
    let bytes = line.slice(space + 1, isPart || letter === 'B' ? line.length - 1 : line.length);
    if (letter === 'B') {
      const encoded = text.decode(bytes);
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) return false;
      bytes = new Uint8Array(Buffer.from(encoded, 'base64'));
    }
    this.onEvent({ type: 'data', step, stream: letter === 'E' || letter === 'e' ? 'stderr' : 'stdout', bytes });
    return true;
  }

  /** The step that the field before `end` names, null when it is none. Lines of one step come in runs. */
  private stepAt(line: Uint8Array, end: number): string | null {
    const { step } = this;
    if (step !== null && step.length === end - STEP_FIELD) {
      let at = 0;
      while (at < step.length && line[STEP_FIELD + at] === step.charCodeAt(at)) at++;
      if (at === step.length) return step;
    }
    const found = text.decode(line.subarray(STEP_FIELD, end));
    if (!isStep(found)) return null;
    this.step = found;
    return found;
  }

  private hello(rest: string): boolean {
    const [protocol, runbook, uptime, wall, unsure] = fieldsOf(rest, 5);
    const version = numberOf(protocol);
    const uptimeSeconds = numberOf(uptime);
    const wallSeconds = numberOf(wall);
    if (version === null || !runbook || uptimeSeconds === null || wallSeconds === null) return false;
    const wallUncertaintyMs = unsure === undefined ? null : numberOf(unsure);
    this.onEvent({ type: 'hello', protocol: version, runbook, uptimeSeconds, wallSeconds, wallUncertaintyMs });
    return true;
  }

  private fact(rest: string): boolean {
    const equals = rest.indexOf('=');
    if (equals <= 0 || this.factCount >= this.limits.maxFacts) return false;
    this.factCount += 1;
    // defineProperty: a fact named __proto__ is a fact like any other.
    Object.defineProperty(this.facts, rest.slice(0, equals), {
      value: rest.slice(equals + 1).replace(/\p{Cc}/gu, ''),
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return true;
  }

  private stepStart(rest: string): boolean {
    const [step, alternative, uptime, command] = fieldsOf(rest, 4);
    const uptimeSeconds = numberOf(uptime);
    if (!isStep(step) || !isStep(alternative) || uptimeSeconds === null || command === undefined) return false;
    if (this.open.size < this.limits.maxOpenSteps) this.open.add(step);
    this.onEvent({ type: 'step-start', step, alternative, command, uptimeSeconds });
    return true;
  }

  private stepEnd(rest: string): boolean {
    const [step, outcome, status, uptime] = fieldsOf(rest, 4);
    const uptimeSeconds = numberOf(uptime);
    if (!isStep(step) || !isOutcome(outcome) || uptimeSeconds === null) return false;
    this.open.delete(step);
    this.onEvent({ type: 'step-end', step, outcome, exitStatus: numberOf(status), uptimeSeconds });
    return true;
  }

  private stepSkip(rest: string): boolean {
    const [step, reason] = fieldsOf(rest, 2);
    if (!isStep(step) || reason === undefined) return false;
    this.onEvent({ type: 'step-skip', step, reason });
    return true;
  }

  private cost(rest: string): boolean {
    const [ticks, begun, ended] = fieldsOf(rest, 3).map(numberOf);
    if (ticks == null || begun == null || ended == null) return false;
    this.lastUptime = ended;
    const wallSeconds = Math.max(0, Math.round((ended - begun) * 100) / 100);
    this.onEvent({ type: 'cost', cpuSeconds: ticks / 100, wallSeconds, bytes: this.bytes });
    return true;
  }

  private left(rest: string): boolean {
    const [processes, probes, files, names = ''] = fieldsOf(rest, 4);
    if ([processes, probes, files].some((field) => field === undefined || !/^([0-9]{1,9}|-)$/.test(field)))
      return false;
    const [p, k, f] = [processes, probes, files].map(numberOf);
    this.onEvent({
      ...{ type: 'cleanup', processes: p ?? null, probes: k ?? null, files: f ?? null },
      names: names.replace(/\p{Cc}/gu, ''),
    });
    return true;
  }

  private over(rest: string): boolean {
    const reason = END_REASONS.find((known) => known === rest);
    if (reason === undefined) return false;
    // The shells of steps that were still running were ended with them, and could not say so.
    for (const step of this.open)
      this.onEvent({
        type: 'step-end',
        step,
        outcome: reason === 'deadline' ? 'timeout' : 'cancelled',
        exitStatus: null,
        uptimeSeconds: this.lastUptime,
      });
    this.open.clear();
    this.onEvent({ type: 'end', reason });
    return true;
  }
}
