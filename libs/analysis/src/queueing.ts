/** Waiting in queues: how many service times a request waits on average before it is served. */

const checked = (rho: number): number => {
  if (!(rho >= 0)) throw new RangeError(`utilization ${rho} is negative or no number`);
  return rho;
};

/** M/M/1: ρ/(1−ρ); Infinity from ρ = 1 on. */
export const mm1WaitMultiple = (rho: number): number => (checked(rho) >= 1 ? Infinity : rho / (1 - rho));

/**
 * Erlang C: the probability that a request finds all servers busy, for a load of `offered` erlangs (servers × ρ).
 * Computed over Erlang B's recursion, which neither overflows nor loses digits with many servers.
 */
export const erlangC = (servers: number, offered: number): number => {
  if (!Number.isInteger(servers) || servers < 1) throw new RangeError(`${servers} servers`);
  const rho = checked(offered) / servers;
  if (rho >= 1) return 1;
  let blocking = 1;
  for (let n = 1; n <= servers; n++) blocking = (offered * blocking) / (n + offered * blocking);
  return blocking / (1 - rho * (1 - blocking));
};

/** M/M/c: C(c, cρ) / (c(1−ρ)); equals M/M/1 for one server; Infinity from ρ = 1 on. */
export const mmcWaitMultiple = (rho: number, servers: number): number =>
  checked(rho) >= 1 ? Infinity : erlangC(servers, rho * servers) / (servers * (1 - rho));
