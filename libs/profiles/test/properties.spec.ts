import fc from 'fast-check';
import { NotPerfScriptError, PerfScriptFold } from '../src';
import { bytesOf, fixture, fixtureNames, fold, folded } from './fixtures';

const ALL = fixtureNames().map(fixture);

const outcome = (bytes: Uint8Array): string => {
  try {
    return folded(fold(bytes));
  } catch (error) {
    if (error instanceof NotPerfScriptError) return error.message;
    throw error;
  }
};

describe('folding any text', () => {
  it('is the same however it is cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.array(fc.nat(), { maxLength: 40 }), (bytes, cuts) => {
        const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
        const reader = new PerfScriptFold();
        let from = 0;
        for (const to of [...at, bytes.length]) {
          reader.push(bytes.subarray(from, to));
          from = to;
        }
        expect(folded(reader.end())).toBe(folded(fold(bytes)));
      }),
      { numRuns: 300 },
    );
    for (const bytes of ALL) {
      const reader = new PerfScriptFold();
      for (const byte of bytes) reader.push(Uint8Array.of(byte));
      expect(folded(reader.end())).toBe(folded(fold(bytes)));
    }
  });

  it('agrees with a fold written the plain way', () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_:<>*& ]{0,12}[a-z0-9_]$/);
    const stack = fc.array(name, { maxLength: 12 });
    const samples = fc.array(fc.tuple(fc.constantFrom('make', 'a b', 'java', 'nginx: worker'), stack, fc.nat()), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(samples, (list) => {
        const expected = new Map<string, number>();
        let text = '';
        for (const [comm, frames, period] of list) {
          const key = [comm.replaceAll(' ', '_'), ...frames.toReversed()].join(';');
          expected.set(key, (expected.get(key) ?? 0) + (period || 1));
          text += `${comm} 12 [000] 1.5: ${period} cycles: \n`;
          text += frames.map((one, at) => `\t${(at + 4096).toString(16)} ${one}+0x${at} (/bin/x)\n`).join('');
          text += '\n';
        }
        const keys = [...expected.keys()].sort((a, b) => Buffer.compare(bytesOf(a) as Buffer, bytesOf(b) as Buffer));
        expect(folded(fold(text))).toBe(keys.map((key) => `${key} ${expected.get(key)}\n`).join(''));
      }),
      { numRuns: 300 },
    );
  });

  it('throws nothing but NotPerfScriptError', () => {
    const edit = fc.record({ at: fc.nat(), remove: fc.nat({ max: 60 }), insert: fc.uint8Array({ maxLength: 12 }) });
    fc.assert(
      fc.property(fc.constantFrom(...ALL), fc.array(edit, { minLength: 1, maxLength: 8 }), (bytes, edits) => {
        let text = Buffer.from(bytes);
        for (const { at, remove, insert } of edits) {
          const place = at % (text.length + 1);
          text = Buffer.concat([text.subarray(0, place), insert, text.subarray(place + remove)]);
        }
        outcome(text);
      }),
      { numRuns: 4000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => void outcome(bytes)),
      { numRuns: 2000 },
    );
  });

  it('takes time in proportion to the text', () => {
    const hostile = (length: number): string[] =>
      [
        'a',
        ' ',
        '\t',
        '(',
        '[0] ',
        '1 ',
        '1: ',
        '\t7f (',
        '\t7f a (b)\n',
        '->',
        '\n',
        'a 1 1.0: c:\n\t7f ->->(m)\n',
      ].map((part) => part.repeat(length / part.length));
    const begin = process.hrtime.bigint();
    for (const text of hostile(1_000_000)) outcome(bytesOf(text));
    // Twelve texts of 1 MB: tens of milliseconds each when linear, minutes when quadratic.
    expect(Number(process.hrtime.bigint() - begin) / 1e6).toBeLessThan(10_000);
  });
});
