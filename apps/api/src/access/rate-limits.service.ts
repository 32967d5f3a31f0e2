import { Inject, Injectable, SetMetadata } from '@nestjs/common';
import { ProblemException, RUNTIME, type Runtime } from '../platform';
import { RateCounts } from './rate-counts.service';

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

/** Counts what somebody does in a minute, over all processes of this installation. The bounds are configuration. */
@Injectable()
export class RateLimits {
  constructor(
    private readonly counts: RateCounts,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'rates'>,
  ) {}

  /** @throws 429 with the seconds to wait. */
  async take(limited: Limited, who: string): Promise<void> {
    const { most, seconds } = this.runtime.rates[limited];
    // Every request is counted in passing; what is rare, and what somebody tries to guess, exactly.
    const waitMs = await this.counts.take(`${limited} ${who}`, { most, seconds }, limited !== 'requests');
    if (waitMs === null) return;
    const wait = Math.max(1, Math.ceil(waitMs / 1000));
    throw new ProblemException(429, `too many ${SAID[limited]}: at most ${most} in ${seconds} s`, {
      hint: `try again in ${wait} s`,
      retryAfter: wait,
    });
  }
}
