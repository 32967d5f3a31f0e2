/** Exit status of every CLI verb. */
export const EXIT = {
  done: 0,
  foundWanting: 1,
  usage: 2,
  partOfHostsFailed: 3,
  noHostAnswered: 4,
  notThisTool: 5,
  fault: 70,
} as const;
