import { type AuditEntry } from '@fleetscope/contracts';
import { wholeLog } from './audit-entries';

jest.mock('../../api/client', () => ({})); // its address is the page's, which a test of pure text has not

const entry = (id: number): AuditEntry => ({
  ...{ id, at: '2026-01-01T00:00:00.000Z', actor: 'ana', action: 'host.add', subject: `h${id}` },
  ...{ result: 'done', detail: {} },
});

describe('the whole audit log', () => {
  it('is read page by page and written oldest first', async () => {
    const asked: (number | undefined)[] = [];
    const text = await wholeLog(async (before, limit = 0) => {
      asked.push(before);
      const newest = before === undefined ? 1_500 : before - 1;
      return Array.from({ length: Math.min(limit, newest) }, (_, i) => entry(newest - i));
    });
    expect(asked).toEqual([undefined, 501]);
    const lines = text.trimEnd().split('\n');
    expect(lines).toHaveLength(1_500);
    expect((JSON.parse(lines[0] ?? '') as AuditEntry).id).toBe(1);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('may be empty', async () => {
    expect(await wholeLog(async () => [])).toBe('');
  });
});
