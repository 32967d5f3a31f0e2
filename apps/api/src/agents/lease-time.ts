/** How long an agent's lease stands without a word from it. */
export const LEASE_MS = 20_000;
