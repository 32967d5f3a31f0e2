import { dateTimeLine, digitRuns, hostDate, hostTime, isoTime } from '../core/civil-time';
import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';
import type { ParseContext } from '../core/parse-context';

export interface KernelLine {
  readonly text: string;
  /** Epoch milliseconds, null when the line has no time or the boot time isn't known. */
  readonly at: number | null;
  /** Seconds since boot, where that is what is printed. */
  readonly uptime: number | null;
  readonly level: string | null;
  readonly facility: string | null;
  /** Whether the line has a stamp at all; one without continues the line before it. */
  readonly stamped: boolean;
}

const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'] as const;
const FACILITIES = [
  'kern',
  'user',
  'mail',
  'daemon',
  'auth',
  'syslog',
  'lpr',
  'news',
  'uucp',
  'cron',
  'authpriv',
  'ftp',
];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

export const facilityOf = (number: number): string | null => FACILITIES[number] ?? null;
export const levelOf = (number: number): string | null => LEVELS[number] ?? null;

const monthOf = (word: string): number => MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1;

/**
 * Strips what dmesg (-x -r -T -e --time-format …) and journalctl -k put before a message. Times relative to boot become
 * wall-clock times when the context knows the host's uptime.
 */
export class KernelStamps {
  /** dmesg -e and --reltime print a date once and differences after it. */
  private relative: number | null = null;

  constructor(private readonly ctx: ParseContext) {}

  read(line: string): KernelLine {
    let rest = line;
    let level: string | null = null;
    let facility: string | null = null;
    if (rest.startsWith('<')) {
      const close = rest.indexOf('>');
      const priority = rest.slice(1, close);
      if (close > 1 && close < 6 && isInteger(priority)) {
        level = levelOf(Number(priority) & 7);
        facility = facilityOf(Number(priority) >> 3);
        rest = rest.slice(close + 1);
      }
    } else {
      // `kern  :warn  : [ 1944.375002] …` of -x
      const first = rest.indexOf(':');
      const second = rest.indexOf(':', first + 1);
      const name = rest.slice(0, first).trim();
      const second_ = rest.slice(first + 1, second).trim();
      if (
        first > 0 &&
        first < 12 &&
        second > first &&
        FACILITIES.includes(name) &&
        (LEVELS as readonly string[]).includes(second_)
      ) {
        facility = name;
        level = second_;
        rest = rest.slice(second + 1).trimStart();
      }
    }
    return { ...this.stamp(rest), level, facility };
  }

  private stamp(rest: string): Omit<KernelLine, 'level' | 'facility'> {
    const bare = { text: rest, at: null, uptime: null, stamped: false };
    if (rest.startsWith('[')) {
      const close = rest.indexOf(']');
      if (close < 2 || close > 40) return bare;
      const found = this.bracket(rest.slice(1, close));
      return found ? { ...found, text: messageOf(withoutCaller(rest.slice(close + 1))), stamped: true } : bare;
    }
    const iso = isoTime(rest.slice(0, 40).split(' ')[0] ?? '', this.ctx);
    if (iso !== null) return { text: messageOf(rest.slice(rest.indexOf(' '))), at: iso, uptime: null, stamped: true };
    return this.syslog(rest) ?? bare;
  }

  /** What stands in brackets: seconds since boot (also with the caller), a date, a difference. */
  private bracket(inside: string): { at: number | null; uptime: number | null } | null {
    // dmesg -d adds the difference to the line before, `1944.375002 <    0.000014>`, or prints nothing else.
    const difference = inside.indexOf('<');
    if (difference !== -1 && inside.endsWith('>') && inside.slice(0, difference).trim() === '')
      return { at: null, uptime: null };
    const text = (difference === -1 ? inside : inside.slice(0, difference)).trim();
    if (text.startsWith('+')) {
      const seconds = Number(text.slice(1));
      if (!Number.isFinite(seconds)) return null;
      if (this.relative !== null) this.relative += seconds * 1000;
      return { at: this.relative === null ? null : Math.round(this.relative), uptime: null };
    }
    const tokens = words(text);
    const seconds = Number(tokens[0] ?? '');
    if (tokens.length >= 1 && tokens.length <= 2 && (tokens[0] ?? '').includes('.') && Number.isFinite(seconds)) {
      return { at: this.sinceBoot(seconds), uptime: seconds };
    }
    const at = this.worded(tokens);
    if (at !== null) this.relative = at;
    return at === null ? null : { at, uptime: null };
  }

  private sinceBoot(seconds: number): number | null {
    const { uptimeSeconds, collectedAt } = this.ctx;
    return uptimeSeconds === undefined ? null : Math.round(collectedAt - (uptimeSeconds - seconds) * 1000);
  }

  /** `Sat Nov 21 21:23:59 2026` in any language (the month's name may be unknown), `Nov21 21:23`. */
  private worded(tokens: readonly string[]): number | null {
    const last = tokens[tokens.length - 1] ?? '';
    if (tokens.length === 5 && last.length === 4 && isInteger(last)) {
      const month = tokens.map(monthOf).find((one) => one > 0);
      const day = tokens.slice(0, 3).find(isInteger);
      const [h, m, s] = digitRuns(tokens[3] ?? '', 3);
      if (month === undefined || day === undefined || !h || !m || !s) return dateTimeLine(tokens.join(' '), this.ctx);
      return hostTime(
        { year: Number(last), month, day: Number(day) },
        h.value * 3600 + m.value * 60 + s.value,
        this.ctx,
      );
    }
    const month = monthOf(tokens[0] ?? '');
    if (tokens.length === 2 && month > 0)
      return this.yearless(month, Number((tokens[0] ?? '').slice(3)), tokens[1] ?? '');
    return null;
  }

  /** Without a year the last such day before the collection is meant. */
  private yearless(month: number, day: number, clock: string): number | null {
    const [h, m, s] = digitRuns(clock, 3);
    if (!h || !m || !(day >= 1 && day <= 31)) return null;
    const { year } = hostDate(this.ctx.collectedAt, this.ctx);
    const seconds = h.value * 3600 + m.value * 60 + (s?.value ?? 0);
    const at = hostTime({ year, month, day }, seconds, this.ctx);
    return at > this.ctx.collectedAt + 86_400_000 ? hostTime({ year: year - 1, month, day }, seconds, this.ctx) : at;
  }

  /** `Nov 21 21:23:59 host kernel: …` of journalctl -k and /var/log/kern.log. */
  private syslog(rest: string): Omit<KernelLine, 'level' | 'facility'> | null {
    const month = monthOf(rest);
    if (month === 0 || rest[3] !== ' ') return null;
    const tokens = words(rest.slice(0, 80));
    const at = this.yearless(month, Number(tokens[1] ?? ''), tokens[2] ?? '');
    if (at === null || !(tokens[2] ?? '').includes(':')) return null;
    const clock = tokens[2] ?? '';
    return { text: messageOf(rest.slice(rest.indexOf(clock) + clock.length)), at, uptime: null, stamped: true };
  }
}

/** Kernels with CONFIG_PRINTK_CALLER name the thread or CPU that printed: `[ 1.234567][ T1234] …`. */
const withoutCaller = (rest: string): string => {
  if (!rest.startsWith('[')) return rest;
  const close = rest.indexOf(']');
  const inside = rest.slice(1, close).trim();
  const named = (inside.startsWith('T') || inside.startsWith('C')) && isInteger(inside.slice(1));
  return close !== -1 && close < 16 && named ? rest.slice(close + 1) : rest;
};

/** The message behind the stamp: without `host kernel:` of a journal, and without the blank dmesg prints. */
const messageOf = (rest: string): string => {
  const text = rest.startsWith(' ') ? rest.slice(1) : rest;
  const at = text.indexOf('kernel: ');
  if (at !== -1 && at < 80 && !text.slice(0, at).trim().includes(' ')) return text.slice(at + 8);
  return text;
};
