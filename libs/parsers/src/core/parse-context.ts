/** Limits of one parse: what a hostile or endless text may cost. Every one that bites is reported as an issue. */
export interface ParseLimits {
  /** Characters of one line; the rest of the line is dropped. */
  readonly maxLineLength: number;
  readonly maxRows: number;
  /** Values over all series. */
  readonly maxSamples: number;
  readonly maxEvents: number;
  readonly maxIssues: number;
  /** Characters kept for formats that can only be read whole (JSON). */
  readonly maxDocumentLength: number;
}

export const DEFAULT_LIMITS: ParseLimits = {
  maxLineLength: 1_048_576,
  maxRows: 100_000,
  maxSamples: 500_000,
  maxEvents: 5_000,
  maxIssues: 500,
  maxDocumentLength: 16_777_216,
};

/** What a parser can't learn from the text. Everything but `collectedAt` may be left out. */
export interface ParseContext {
  /** When the text was collected, epoch milliseconds. Decides ambiguous dates; parsers read no clock. */
  readonly collectedAt: number;
  readonly step?: string;
  /** The command as it was run (`free -m`, `iostat -xyz 1`): some tools don't print the unit or the mode they run in. */
  readonly command?: string;
  readonly windowSeconds?: number;
  readonly cpus?: number;
  /** `uname -m`: system calls have other numbers on other machines. Default x86_64. */
  readonly machine?: string;
  /** The host's uptime at `collectedAt`, seconds: turns kernel log stamps into wall-clock times. */
  readonly uptimeSeconds?: number;
  /** Minutes east of UTC of the host's clock, for texts that print local times without a zone. Default 0. */
  readonly timezoneOffsetMinutes?: number;
  /** Bytes of a memory page. Default 4096. */
  readonly pageSize?: number;
  /**
   * Whether the first report of vmstat and iostat is the average since boot (and so is no sample). Default: true, unless
   * `command` has `-y`, which leaves that report out.
   */
  readonly firstReportSinceBoot?: boolean;
  /** False keeps no `rows`, for callers that use the observations alone: less to build and to hold. Default true. */
  readonly rows?: boolean;
  readonly limits?: Partial<ParseLimits>;
}

export const pageSizeOf = (ctx: ParseContext): number => ctx.pageSize ?? 4096;

const unquoted = (word: string): string => (word.startsWith("'") && word.endsWith("'") ? word.slice(1, -1) : word);

/** The words of the command line, without the program. */
export const commandWords = (ctx: ParseContext): string[] =>
  (ctx.command ?? '').split(' ').filter(Boolean).map(unquoted).slice(1);

/** Whether the command has the short option `letter`, alone or in a cluster (`-xyz`). */
export const hasShortOption = (ctx: ParseContext, letter: string): boolean =>
  ctx.command !== undefined &&
  commandWords(ctx).some((word) => word.startsWith('-') && !word.startsWith('--') && word.includes(letter));

export const firstReportIsSinceBoot = (ctx: ParseContext): boolean =>
  ctx.firstReportSinceBoot ?? !hasShortOption(ctx, 'y');
