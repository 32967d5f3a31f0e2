import { type ArmedInput, type ArmedView, type Identity, parseDuration } from '@fleetscope/contracts';
import { type ArmedCapture } from '../generated/prisma/client';

export const HOUR_MS = 3_600_000;

export const inputOf = (row: ArmedCapture): ArmedInput => row.input as ArmedInput;
export const armedIdentityOf = (row: ArmedCapture): Identity => row.runsAs as Identity;
export const caughtOf = (row: ArmedCapture): ArmedView['caught'] => row.caught as ArmedView['caught'];
export const everyMsOf = (row: ArmedCapture): number => parseDuration(inputOf(row).every) ?? HOUR_MS;

export const armedView = (row: ArmedCapture): ArmedView => {
  const anHour = HOUR_MS / everyMsOf(row);
  return {
    ...inputOf(row),
    state: row.state as ArmedView['state'],
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    until: row.until.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    latest: row.latest as ArmedView['latest'],
    cost: {
      connectionsPerHour: anHour,
      cpuSecondsPerHour: row.readings === 0 ? null : (row.cpuSeconds / row.readings) * anHour,
    },
    caught: caughtOf(row),
  };
};
