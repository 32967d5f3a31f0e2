import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CompiledAlternative } from '@fleetscope/runbooks';
import { stepReader, whyUnreadable } from './step-reader';

const FIXTURE = readFileSync(
  join(__dirname, '../../../../libs/profiles/fixtures/perf-script/perf--6.1--call-graph.txt'),
);
const alternative = (parser: string, compressed: boolean): CompiledAlternative => ({
  id: 'x',
  parser,
  command: 'x',
  says: null,
  compressed,
  frequency: 99,
});
const CONTEXT = { collectedAt: 1_000, windowSeconds: 10 };

describe('the reader of a step', () => {
  it('unpacks stacks on the way, however they are cut, and says what they are', () => {
    const reader = stepReader(alternative('perf-script-profile', true), CONTEXT);
    const packed = gzipSync(FIXTURE);
    for (let at = 0; at < packed.length; at += 100) reader?.push(packed.subarray(at, at + 100));
    const { profile, observations } = reader?.end() ?? {};
    expect(profile).toMatchObject({ type: 'cpu', frequency: 99, startedAt: 1_000, durationMs: 10_000 });
    expect(profile?.samples.size).toBe(22);
    expect(observations?.map(({ kind }) => kind)).toEqual(['facts', 'table']);
  });

  it('reads output that was cut off as far as it goes', () => {
    const reader = stepReader(alternative('perf-script-profile', true), CONTEXT);
    const packed = gzipSync(FIXTURE);
    reader?.push(packed.subarray(0, Math.floor(packed.length * 0.7)));
    expect(reader?.end().profile?.samples.size).toBeGreaterThan(10);
  });

  it('says why what is no gzip, or no stacks, can not be read', () => {
    const broken = stepReader(alternative('perf-script-profile', true), CONTEXT);
    expect(() => {
      broken?.push(Buffer.from('plain text that goes on for longer than the head of a gzip file\n'));
      broken?.end();
    }).toThrow();
    const foreign = stepReader(alternative('perf-script-profile', false), CONTEXT);
    foreign?.push(Buffer.from('hello\n'));
    let said = '';
    try {
      foreign?.end();
    } catch (error) {
      said = whyUnreadable(error);
    }
    expect(said).toContain('not perf script output');
  });

  it('is none for output that is kept as evidence alone', () => {
    expect(stepReader(alternative('none', false), CONTEXT)).toBeNull();
  });
});
