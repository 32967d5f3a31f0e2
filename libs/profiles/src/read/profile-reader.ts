import { type ParseIssue } from '@fleetscope/contracts';
import { type Profile } from '../model/profile';

/** What is known of a capture beside its text. */
export interface ProfileContext {
  /** Samples per second and CPU that were asked for. */
  readonly frequency?: number | null;
  /** Epoch milliseconds. */
  readonly startedAt?: number | null;
  readonly durationMs?: number | null;
}

export interface ReadProfile {
  readonly profile: Profile;
  readonly issues: readonly ParseIssue[];
}

/** Takes a capture's bytes as they come. `end` throws an error that says why when it is nothing that can be read. */
export interface ProfileReader {
  push(chunk: Uint8Array): void;
  end(): ReadProfile;
}
