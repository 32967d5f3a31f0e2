import { type Observation, type ParseIssue } from '@fleetscope/contracts';
import { createParser, type ParseContext, ParseError, PARSERS, type StreamParser } from '@fleetscope/parsers';
import {
  NotPerfScriptError,
  type Profile,
  PROFILE_READERS,
  ProfileError,
  type ProfileReader,
} from '@fleetscope/profiles';
import { type CompiledAlternative } from '@fleetscope/runbooks';
import { Gunzip } from 'fflate';
import { profileObservations } from './profile-observations';

/** What was read of a step's standard output. */
export interface StepReading {
  readonly observations: Observation[];
  readonly issues: readonly ParseIssue[];
  readonly profile: Profile | null;
}

/** Takes a step's output as it comes. What it throws is told by `whyUnreadable`. */
export interface StepReader {
  push(bytes: Uint8Array): void;
  end(): StepReading;
}

class ParserReader implements StepReader {
  constructor(private readonly parser: StreamParser) {}

  push(bytes: Uint8Array): void {
    this.parser.push(bytes);
  }

  end(): StepReading {
    const { observations, issues } = this.parser.end();
    return { observations, issues, profile: null };
  }
}

class StacksReader implements StepReader {
  constructor(private readonly reader: ProfileReader) {}

  push(bytes: Uint8Array): void {
    this.reader.push(bytes);
  }

  end(): StepReading {
    const { profile, issues } = this.reader.end();
    return { observations: profileObservations(profile), issues, profile };
  }
}

/** Bytes that readers get together. */
const GATHERED = 65_536;

/** A probe sends a frame a line: readers take many lines at a time for a fraction of what they cost one by one. */
class GatheringReader implements StepReader {
  private chunks: Uint8Array[] = [];
  private size = 0;

  constructor(private readonly reader: StepReader) {}

  push(bytes: Uint8Array): void {
    this.chunks.push(bytes);
    this.size += bytes.length;
    if (this.size >= GATHERED) this.flush();
  }

  end(): StepReading {
    this.flush();
    return this.reader.end();
  }

  private flush(): void {
    const bytes = Buffer.concat(this.chunks);
    this.chunks = [];
    this.size = 0;
    if (bytes.length > 0) this.reader.push(bytes);
  }
}

/** Output that unpacks to more than this is cut: no step prints that much without being told to. */
const MAX_UNPACKED = 1024 * 1024 * 1024;

/** Unpacks on the way; output that was cut off is read as far as it goes. */
class GzipReader implements StepReader {
  private unpacked = 0;
  private readonly gunzip = new Gunzip((bytes) => {
    this.unpacked += bytes.length;
    if (this.unpacked > MAX_UNPACKED) throw new ProfileError(`the output unpacks to more than ${MAX_UNPACKED} bytes`);
    this.reader.push(bytes);
  });

  constructor(private readonly reader: StepReader) {}

  push(bytes: Uint8Array): void {
    this.gunzip.push(bytes);
  }

  end(): StepReading {
    return this.reader.end();
  }
}

/** The reader of an alternative's output; null when its parser is none that we have. */
export const stepReader = (alternative: CompiledAlternative, context: ParseContext): StepReader | null => {
  const profileReader = PROFILE_READERS.get(alternative.parser);
  const reader = profileReader
    ? new StacksReader(
        profileReader({
          frequency: alternative.frequency,
          startedAt: context.collectedAt,
          durationMs: (context.windowSeconds ?? 0) * 1000 || null,
        }),
      )
    : PARSERS.has(alternative.parser)
      ? new ParserReader(createParser(alternative.parser, context))
      : null;
  return reader && new GatheringReader(alternative.compressed ? new GzipReader(reader) : reader);
};

/** Why output can't be read, in words for people. */
export const whyUnreadable = (error: unknown): string => {
  if (error instanceof ParseError || error instanceof ProfileError || error instanceof NotPerfScriptError)
    return error.message;
  // A parser must throw nothing else; should one do so, the run keeps its evidence and says what happened.
  return `the parser failed: ${(error as Error).message}`;
};
