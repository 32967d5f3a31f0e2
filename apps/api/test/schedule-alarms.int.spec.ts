import { until } from '../../../test/support/processes';
import { TestRedis } from '../../../test/support/redis';
import { TestPostgres } from '../../../test/support/server';
import { type Runtime } from '../src/platform';
import { ScheduleAlarms } from '../src/schedules/schedule-alarms';
import { type SchedulesService } from '../src/schedules/schedules.service';

/** Each second, which no schedule of ours can be: the test has no minute to wait. */
const EACH_SECOND = { id: 'a-schedule', cron: '* * * * * *', tz: 'Europe/Berlin' };

describe.each(['postgres', 'redis'] as const)('alarms of schedules on %s', (backend) => {
  let postgres: TestPostgres;
  let redis: TestRedis | undefined;
  let runtime: Runtime;
  let active = [EACH_SECOND];

  beforeAll(async () => {
    postgres = await TestPostgres.start(`alarms-${backend}`);
    if (backend === 'redis') redis = await TestRedis.start();
    runtime = { databaseUrl: await postgres.createDatabase('alarms'), redisUrl: redis?.url ?? null } as Runtime;
  });
  afterAll(async () => {
    redis?.stop();
    await postgres.stop();
  });

  const start = async (ring: () => void): Promise<ScheduleAlarms> => {
    const alarms = new ScheduleAlarms(runtime, {
      active: () => Promise.resolve(active),
    } as unknown as SchedulesService);
    await alarms.start(ring);
    return alarms;
  };

  it('ring at their times, go on after a restart, and end with the schedule', async () => {
    let rung = 0;
    const first = await start(() => void rung++);
    await until('an alarm', () => rung >= 2, 15_000);
    await first.stop();
    rung = 0;
    const second = await start(() => void rung++);
    await until('an alarm after the restart', () => rung >= 2, 15_000);
    active = [];
    await second.set();
    // One may be under way.
    await new Promise((done) => setTimeout(done, 1_500));
    rung = 0;
    await new Promise((done) => setTimeout(done, 2_500));
    expect(rung).toBe(0);
    await second.stop();
    active = [EACH_SECOND];
  });
});
