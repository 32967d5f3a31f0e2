// Without schemas: an agent that only waits loads this and no validator.

/** Headers of a signed request of an agent. */
export const AGENT_HEADERS = {
  agent: 'x-fleetscope-agent',
  time: 'x-fleetscope-time',
  nonce: 'x-fleetscope-nonce',
  signature: 'x-fleetscope-signature',
} as const;
/** On every answer to an agent: the server's clock, epoch milliseconds. */
export const SERVER_TIME_HEADER = 'x-fleetscope-server-time';
/** What agents send: JSON whose bytes are signed, so it has a parser that keeps them. */
export const AGENT_CONTENT_TYPE = 'application/vnd.fleetscope.agent+json';
/** How far an agent's clock may be off before the server answers with its own. */
export const MAX_SKEW_MS = 300_000;

export interface SignedParts {
  readonly method: string;
  readonly path: string;
  /** SHA-256 of the body, hex. */
  readonly bodyHash: string;
  readonly time: string;
  readonly nonce: string;
}

/** The text an agent signs. A new meaning needs a new first line. */
export const signedText = ({ method, path, bodyHash, time, nonce }: SignedParts): string =>
  ['fleetscope-agent-1', method, path, bodyHash, time, nonce].join('\n');

/** One chunk of a probe's bytes before compression; with JSON and base64 around it, it stays below 64 KiB. */
export const MAX_CHUNK_BYTES = 32_768;

/** All of a signed runbook, as JSON: more is not handed to an agent. */
export const MAX_SIGNED_RUNBOOK = 262_144;
