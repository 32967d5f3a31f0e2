import { type Enrolled, type Lease, type LeaseAnswer } from '@fleetscope/contracts';

/**
 * What the control plane answers, looked at as far as the agent itself goes by it, and by hand: the schemas take more memory than
 * all the rest of an agent that waits. What a lease asks for is validated by the clerk.
 */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown, what: string): Fields => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error(`the server's answer is no ${what}`);
};

const isId = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);

const idsOf = (value: unknown, name: string): string[] => {
  if (Array.isArray(value) && value.every(isId)) return value;
  throw new Error(`the server's answer has no list of runs in ${name}`);
};

/** @throws Error */
export const leaseAnswerOf = (value: unknown): LeaseAnswer => {
  const { lease, cancel, gone } = fieldsOf(value, 'answer to a poll');
  return {
    lease: lease === null ? null : leaseOf(lease),
    cancel: idsOf(cancel, 'cancel'),
    gone: idsOf(gone, 'gone'),
  };
};

const leaseOf = (value: unknown): Lease => {
  const lease = fieldsOf(value, 'lease');
  const { runId, fence, deadlineMs } = lease;
  if (isId(runId) && Number.isSafeInteger(fence) && Number.isSafeInteger(deadlineMs)) return lease as unknown as Lease;
  throw new Error("the server's answer has a lease without run, fence or deadline");
};

/** The number that the server waits for. @throws Error */
export const nextOf = (value: unknown): number => {
  const { next } = fieldsOf(value, 'receipt of a chunk');
  if (typeof next === 'number' && Number.isSafeInteger(next)) return next;
  throw new Error("the server's receipt of a chunk has no number");
};

/** @throws Error */
export const enrolledOf = (value: unknown): Enrolled => {
  const { agent, host } = fieldsOf(value, 'enrolment');
  if (isId(agent) && typeof host === 'string' && host.length > 0 && host.length <= 253) return { agent, host };
  throw new Error("the server's answer to the enrolment names no agent or no host");
};
