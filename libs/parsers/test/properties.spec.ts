import fc from 'fast-check';
import { createParser, detect, ParseError, PARSERS, parseText } from '../src';
import { contextOf, fixtures } from './fixtures';

const ALL = fixtures();
/** Property tests take the recordings that can be parsed a thousand times in a second. */
const SMALL = ALL.filter(({ text }) => text.length < 12_000);
const encoder = new TextEncoder();

const outcome = (parse: () => unknown): unknown => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ParseError) return { refused: error.message };
    throw error;
  }
};

describe('chunks', () => {
  it('may be cut anywhere, within a character too', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SMALL), fc.array(fc.nat(), { maxLength: 30 }), ({ parser, name, text }, cuts) => {
        const bytes = encoder.encode(text);
        const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
        const stream = createParser(parser, contextOf(name));
        let from = 0;
        for (const to of [...at, bytes.length]) {
          stream.push(bytes.subarray(from, to));
          from = to;
        }
        expect(stream.end()).toEqual(parseText(parser, text, contextOf(name)));
      }),
      { numRuns: 400 },
    );
  });

  it('may be one byte each', () => {
    for (const { parser, name, text } of SMALL.filter((one) => one.text.length < 3000)) {
      const stream = createParser(parser, contextOf(name));
      for (const byte of encoder.encode(text)) stream.push(Uint8Array.of(byte));
      expect(stream.end()).toEqual(parseText(parser, text, contextOf(name)));
    }
  });

  it('may end lines in CR LF', () => {
    for (const { parser, name, text } of SMALL) {
      const dos = text.split('\n').join('\r\n');
      expect(parseText(parser, dos, contextOf(name))).toEqual(parseText(parser, text, contextOf(name)));
    }
  });
});

const GARBAGE = [
  '',
  '\0',
  '-',
  '-1.00',
  '1,5',
  '1.5',
  '99999999999999999999',
  '1e999',
  '__proto__',
  'constructor',
  '\u001b[31m',
  '😀',
  '\t',
  ': ',
  '%',
  '@@ /proc/stat 1',
  'Average:',
  '{',
  '"',
  'NaN',
  'Infinity',
];

const mutation = fc.record({
  fixture: fc.constantFrom(...SMALL),
  edits: fc.array(
    fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 40 }),
      insert: fc.oneof(fc.constantFrom(...GARBAGE), fc.string({ maxLength: 12 })),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

describe('mutated recordings', () => {
  it('throw nothing but ParseError, and yield finite numbers or null', () => {
    fc.assert(
      fc.property(mutation, ({ fixture, edits }) => {
        let text = fixture.text;
        for (const { at, remove, insert } of edits) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + remove);
        }
        const result = outcome(() => parseText(fixture.parser, text, contextOf(fixture.name)));
        if (typeof result !== 'object' || result === null || !('observations' in result)) return;
        // Rows are made when somebody asks.
        JSON.stringify(result);
        for (const one of (result as ReturnType<typeof parseText>).observations) {
          if (one.kind === 'measurement') expect(one.value === null || Number.isFinite(one.value)).toBe(true);
          if (one.kind !== 'series') continue;
          expect(one.times).toHaveLength(one.values.length);
          expect(one.lines).toHaveLength(one.values.length);
          expect(one.values.every((value) => value === null || Number.isFinite(value))).toBe(true);
        }
      }),
      { numRuns: 4000 },
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('lines of one tool in the text of another do no harm', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SMALL), fc.constantFrom(...SMALL), fc.nat(), (one, other, at) => {
        const lines = one.text.split('\n');
        lines.splice(at % lines.length, 0, ...other.text.split('\n').slice(0, 20));
        outcome(() => parseText(one.parser, lines.join('\n'), contextOf()));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('any text', () => {
  it('is parsed or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PARSERS.keys()), fc.string({ unit: 'binary', maxLength: 400 }), (id, text) => {
        outcome(() => parseText(id, text, contextOf()));
        detect(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('of bytes that are no UTF-8 is parsed or refused', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PARSERS.keys()), fc.uint8Array({ maxLength: 400 }), (id, bytes) => {
        outcome(() => {
          const stream = createParser(id, contextOf());
          stream.push(bytes);
          return stream.end();
        });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('cost', () => {
  const hostile = (length: number): string[] => [
    'a'.repeat(length),
    ' '.repeat(length),
    '('.repeat(length),
    'Average: '.repeat(length / 9),
    '1,1 '.repeat(length / 4),
    '[ '.repeat(length / 2),
    '\u001b['.repeat(length / 2),
    '@@ /proc/stat 1\n'.repeat(length / 16),
    '{"a":'.repeat(length / 5),
    'cpu0 1 1 1 1\n'.repeat(length / 13),
  ];

  it.each([...PARSERS.keys()])('%s takes time in proportion to the text', (id) => {
    const begin = process.hrtime.bigint();
    for (const text of hostile(200_000)) outcome(() => parseText(id, text, contextOf()));
    // Ten texts of 200 kB: tens of milliseconds each when linear, minutes when quadratic.
    expect(Number(process.hrtime.bigint() - begin) / 1e6).toBeLessThan(10_000);
  });

  it('keeps rows, values and issues within the limits, and says so', () => {
    const limits = { maxRows: 10, maxSamples: 20, maxIssues: 5 };
    const rows = Array.from(
      { length: 200 },
      (_, at) => ` ${at % 9}  0 0 1 1 1 0 0 0 0 1 1 1 1 ${at % 3 === 0 ? 'x' : 98} 0 0`,
    );
    const text = [
      'procs --memory-- --swap-- --io-- --system-- --cpu--',
      ' r b swpd free buff cache si so bi bo in cs us sy id wa st',
      ...rows,
    ].join('\n');
    const result = parseText('vmstat', text, { ...contextOf(), limits });
    expect(result.rows).toHaveLength(10);
    expect(result.observations.flatMap((one) => (one.kind === 'series' ? one.values : []))).toHaveLength(20);
    expect(result.issues.length).toBeLessThanOrEqual(6);
    expect(result.issues.at(-1)?.reason).toContain('more issues are left out');
  });

  it('cuts endless lines, and says so', () => {
    const result = parseText('last-change', `a=${'x'.repeat(5000)}\nb=2\n`, {
      ...contextOf(),
      limits: { maxLineLength: 100 },
    });
    expect(result.issues).toMatchObject([{ line: 1, reason: 'line longer than 100 characters: cut' }]);
    expect(result.rows).toHaveLength(2);
  });
});
