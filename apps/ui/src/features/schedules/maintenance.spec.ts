import { type MaintenanceView } from '@fleetscope/contracts';
import { maintenanceFrom, maintenanceState, maintenanceWords, type MaintenanceForm } from './maintenance';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const form: MaintenanceForm = {
  ...{ hostClass: 'db', why: 'new kernels', kind: 'once', from: '', cron: '', tz: 'UTC', duration: '2h' },
};
const view = (fields: Partial<MaintenanceView>): MaintenanceView => ({
  ...{ id: 'x', targets: { all: true }, why: '', from: null, until: null, cron: null, tz: 'UTC', duration: null },
  ...{ active: false, createdBy: 'ada', createdAt: '2026-03-01T00:00:00.000Z' },
  ...fields,
});

describe('a window of maintenance', () => {
  it('is from now on where no time is given', () => {
    expect(maintenanceFrom(form, NOW)).toEqual({
      input: {
        ...{ targets: { classes: ['db'] }, why: 'new kernels', cron: null, tz: 'UTC', duration: null },
        ...{ from: '2026-03-01T12:00:00.000Z', until: '2026-03-01T14:00:00.000Z' },
      },
    });
  });
  it('comes again by a cron expression', () => {
    expect(maintenanceFrom({ ...form, hostClass: '', kind: 'again', cron: '0 3 * * 0' }, NOW)).toMatchObject({
      input: { targets: { all: true }, cron: '0 3 * * 0', duration: '2h', from: null, until: null },
    });
  });
  it('says what is missing', () => {
    expect(maintenanceFrom({ ...form, duration: 'long' }, NOW)).toEqual({
      problem: expect.stringMatching(/30m, 2h/),
    });
    expect(maintenanceFrom({ ...form, from: 'soon' }, NOW)).toHaveProperty('problem');
  });
  it('is told with its times and its state', () => {
    const once = view({ from: '2026-03-01T10:00:00.000Z', until: '2026-03-01T11:00:00.000Z' });
    expect(maintenanceWords(once, NOW)).toBe('10:00:00 UTC until 11:00:00 UTC');
    expect(maintenanceState(once, NOW)).toBe('over');
    expect(maintenanceWords({ ...once, from: null }, NOW)).toBe('until 11:00:00 UTC');
    expect(maintenanceWords({ ...once, from: null, until: null }, NOW)).toBe('without end');
    const again = view({ cron: '0 3 * * 0', duration: '2h', active: true });
    expect(maintenanceWords(again, NOW)).toBe('0 3 * * 0 UTC, for 2 h');
    expect([maintenanceState(again, NOW), maintenanceState({ ...again, active: false }, NOW)]).toEqual([
      'now',
      'later',
    ]);
  });
});
