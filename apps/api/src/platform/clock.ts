import { Inject, Injectable } from '@nestjs/common';
import { RUNTIME, type Runtime } from './runtime';

/** What schedules and windows of maintenance go by; it can be put to another day, to rehearse what happens then. */
@Injectable()
export class Clock {
  constructor(@Inject(RUNTIME) private readonly runtime: Runtime) {}

  now(): Date {
    return new Date(Date.now() + this.runtime.clockAheadMs);
  }
}
