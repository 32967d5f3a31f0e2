import {
  durationText,
  type FiringView,
  type Identity,
  type InvestigationRequest,
  type ScheduleView,
} from '@fleetscope/contracts';
import { type Schedule, type ScheduleFiring } from '../generated/prisma/client';
import { cronTimes } from '../platform';

/** Without a window: as long as a start that is a little late is still the one that was meant. */
export const DEFAULT_WINDOW_MS = 60_000;
const NEXT = 5;

export const identityOf = (row: Schedule): Identity => row.runsAs as Identity;
export const requestOf = (row: Schedule): InvestigationRequest => row.request as InvestigationRequest;

export const firingView = (row: ScheduleFiring): FiringView => ({
  due: row.due.toISOString(),
  state: row.state as FiringView['state'],
  why: row.why as FiringView['why'],
  detail: row.detail,
  investigation: row.state === 'started' ? row.id : null,
  askedBy: row.askedBy,
  baseline: row.baseline as FiringView['baseline'],
  baselineReason: row.baselineReason,
});

export const scheduleView = (row: Schedule, last: ScheduleFiring | null, now: Date): ScheduleView => ({
  name: row.name,
  cron: row.cron,
  tz: row.tz,
  request: requestOf(row),
  jitter: durationText(row.jitterMs),
  spread: row.spread as ScheduleView['spread'],
  window: row.windowMs === null ? null : durationText(row.windowMs),
  overlap: row.overlap as ScheduleView['overlap'],
  missed: row.missed as ScheduleView['missed'],
  baseline: row.baseline,
  paused: row.paused,
  role: identityOf(row).role,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  next: row.paused ? [] : cronTimes(row.cron, row.tz, now, { limit: NEXT }).map((time) => time.toISOString()),
  last: last ? firingView(last) : null,
});
