import { cellOf, COLUMNS, lineFor, parseAt, worstOf, worseState, type Column } from './matrix';
import { line as cell, run } from './fixtures';

const column = (id: string): Column => {
  const found = COLUMNS.find((one) => one.id === id);
  if (!found) throw new Error(`no column ${id}`);
  return found;
};

describe('cellOf', () => {
  it('is pending while the host may still answer, and not judged afterwards', () => {
    expect(cellOf({ state: 'running', use: [] }, column('disk')).states.saturation).toBe('pending');
    expect(cellOf({ state: 'succeeded', use: [] }, column('disk')).states.saturation).toBe('none');
    // Once analysed, silence of a rule means that none judges it: it is not "still to come".
    expect(cellOf({ state: 'running', use: [cell()] }, column('disk')).states.saturation).toBe('none');
  });

  it('never lets unknown look like healthy', () => {
    expect(worseState('ok', 'unknown')).toBe('unknown');
    expect(worseState('unknown', 'warn')).toBe('warn');
  });

  it('speaks the worst line of a cell only, and none where all is quiet', () => {
    const use = [
      cell({ said: 'cpu 91 %', state: 'warn' }),
      cell({ aspect: 'saturation', said: 'runq 9', state: 'crit' }),
      cell({ aspect: 'errors', said: 'no errors' }),
    ];
    expect(cellOf({ state: 'succeeded', use }, column('cpu')).worst?.said).toBe('runq 9');
    expect(cellOf({ state: 'succeeded', use: [cell()] }, column('cpu')).worst).toBeNull();
  });

  it('says all three signs in words', () => {
    const use = [cell(), cell({ aspect: 'saturation', state: 'unknown', said: 'no sysstat' })];
    expect(cellOf({ state: 'succeeded', use }, column('cpu')).words).toBe(
      'CPU: utilization ok, cpu 12 %; saturation unknown, no sysstat; errors not judged',
    );
  });

  it('folds the rare resources into one column', () => {
    const use = [
      cell({ resource: 'fd', state: 'ok' }),
      cell({ resource: 'udp', aspect: 'errors', state: 'crit', said: 'udp 3 %' }),
    ];
    const other = cellOf({ state: 'succeeded', use }, column('other'));
    expect(other.states).toEqual({ utilization: 'ok', saturation: 'none', errors: 'crit' });
    expect(worstOf(run('a', { use }))?.said).toBe('udp 3 %');
  });
});

describe('lineFor', () => {
  const use = [cell({ resource: 'fd' }), cell({ resource: 'udp', aspect: 'errors', state: 'crit' })];
  it('opens the worst line of a column', () => {
    expect(lineFor({ use }, column('other'), null)).toEqual({ resource: 'udp', aspect: 'errors' });
  });
  it('opens the glyph that was pressed', () => {
    expect(lineFor({ use }, column('other'), 'utilization')).toEqual({ resource: 'fd', aspect: 'utilization' });
  });
  it('opens something where nothing was judged', () => {
    expect(lineFor({ use: [] }, column('tcp'), null)).toEqual({ resource: 'tcp', aspect: 'utilization' });
  });
});

describe('parseAt', () => {
  it.each([undefined, '', 'disk', 'disk.speed', 'x.saturation', 'toString.errors'])('%j is no cell', (at) => {
    expect(parseAt(at)).toBeNull();
  });
  it('reads what the address holds', () => {
    expect(parseAt('disk.saturation')).toEqual({ resource: 'disk', aspect: 'saturation' });
  });
});
