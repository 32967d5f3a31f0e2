/** What the threads of a pool of a process are called by: `worker-12` of process 7 is of `worker (7)`. */
export const poolName = (thread: string, pid: number | string): string =>
  `${thread.replace(/[-_ #/:.]*\d+$/, '') || thread} (${pid})`;
