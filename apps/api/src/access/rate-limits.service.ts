import { Inject, Injectable, SetMetadata } from '@nestjs/common';
import { InjectThrottlerStorage, type ThrottlerStorage } from '@nestjs/throttler';
import { ProblemException, RUNTIME, type Runtime } from '../platform';

/** What is counted: every request; those that start work on hosts; those that show a secret; those that show a wrong one. */
export type Limited = keyof Runtime['rates'];

export const LIMITED = 'fleetscope:limited';
/** A route with a limit of its own, beside the one on all requests. */
export const Limits = (limited: Limited): MethodDecorator & ClassDecorator => SetMetadata(LIMITED, limited);

const SAID: Record<Limited, string> = {
  requests: 'requests',
  launches: 'requests that start work on hosts',
  signIns: 'tries to sign in',
  guesses: 'tries to sign in to this account',
  strangers: 'requests without a valid token or session',
  enrolments: 'enrolments',
};

/** Counts what somebody does in a minute, in this process. The bounds are configuration. */
@Injectable()
export class RateLimits {
  constructor(
    @InjectThrottlerStorage() private readonly storage: ThrottlerStorage,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'rates'>,
  ) {}

  /** @throws 429 with the seconds to wait. */
  async take(limited: Limited, who: string): Promise<void> {
    const { most, seconds } = this.runtime.rates[limited];
    const key = `${limited} ${who}`;
    const { isBlocked, timeToBlockExpire } = await this.storage.increment(key, seconds * 1000, most, 0, limited);
    if (!isBlocked) return;
    const wait = Math.max(1, timeToBlockExpire);
    throw new ProblemException(429, `too many ${SAID[limited]}: at most ${most} in ${seconds} s`, {
      hint: `try again in ${wait} s`,
      retryAfter: wait,
    });
  }
}
