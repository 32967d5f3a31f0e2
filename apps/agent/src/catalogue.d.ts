/** Made by tools/build/bundle-agent.mjs. */
declare module 'fleetscope:catalogue' {
  export const index: readonly { id: string; cost: 'light' | 'medium' | 'heavy' }[];
  /** JSON of every runbook. */
  export const text: string;
}
