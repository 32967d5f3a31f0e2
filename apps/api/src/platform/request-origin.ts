import { AsyncLocalStorage } from 'node:async_hooks';

const origins = new AsyncLocalStorage<string>();

/** Runs what a request leads to, so that whoever writes down what was done knows from where. */
export const asRequestFrom = (address: string, run: () => void): void => origins.run(address, run);

/** The address that the request under way came from; null for what nobody asked for over the network. */
export const requestOrigin = (): string | null => origins.getStore() ?? null;
