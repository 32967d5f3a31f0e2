import fc from 'fast-check';
import { ParseError, parseText, type ParseContext } from '../src';
import { contextOf, fixtures } from './fixtures';

/** Recordings of tables that are read as bytes wherever their lines are plain. */
const ALL = fixtures();
const TABLES = ALL.filter(({ parser }) =>
  [
    'vmstat',
    'iostat',
    'mpstat',
    'pidstat',
    'sar',
    'df',
    'df-i',
    'ps',
    'top',
    'proc-diskstats',
    'proc-zoneinfo',
    'ss',
  ].includes(parser),
);
const SMALL = TABLES.filter(({ text }) => text.length < 8_000);

/** A NUL byte, which every parser drops, makes a line one that has to be read as text. */
const asText = (text: string): string =>
  text
    .split('\n')
    .map((line) => `\0${line}`)
    .join('\n');

const outcome = (parser: string, text: string, ctx: ParseContext): unknown => {
  try {
    const { rows, observations, issues } = parseText(parser, text, ctx);
    // As JSON: the order of keys counts, -0 and 0 don't differ for any reader of it.
    return JSON.stringify({ rows, observations, issues });
  } catch (error) {
    if (error instanceof ParseError) return 'refused';
    throw error;
  }
};

const GARBAGE = [
  '',
  '-',
  '-1.00',
  '1,5',
  '1.5',
  '.5',
  '5.',
  '-0',
  '99999999999999999999',
  '1234567890.123456789',
  '1e9',
];
GARBAGE.push(
  'NaN',
  '%',
  '\t',
  ' ',
  '\r',
  '\n',
  'é',
  '😀',
  'Average:',
  '21:20:56',
  '12:00:00 AM',
  '# Time',
  '0x10',
  '+1',
);

const edit = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 30 }),
  insert: fc.oneof(fc.constantFrom(...GARBAGE), fc.string({ maxLength: 6 })),
});

describe('lines read as bytes and lines read as text', () => {
  it('say the same of every recording', () => {
    for (const { parser, name, text } of TABLES)
      expect([name, outcome(parser, text, contextOf(name))]).toEqual([
        name,
        outcome(parser, asText(text), contextOf(name)),
      ]);
  });

  it('say the same of mutated recordings', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SMALL),
        fc.array(edit, { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        ({ parser, name, text: recorded }, edits, moves) => {
          let text = recorded;
          for (const { at, remove, insert } of edits) {
            const place = at % (text.length + 1);
            text = text.slice(0, place) + insert + text.slice(place + remove);
          }
          const lines = text.split('\n');
          for (const move of moves) lines.splice(move % lines.length, 0, lines[(move * 7) % lines.length] ?? '');
          text = lines.join('\n').replaceAll('\0', '').replaceAll('\u001b', '');
          for (const rows of [true, false])
            expect(outcome(parser, text, { ...contextOf(name), rows })).toEqual(
              outcome(parser, asText(text), { ...contextOf(name), rows }),
            );
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('reads numbers as Number does, to the last bit', () => {
    const digits = fc.stringMatching(/^[0-9]{1,18}$/);
    const number = fc
      .tuple(fc.constantFrom('', '-'), digits, fc.option(digits))
      .map(([sign, whole, decimals]) => (decimals === null ? `${sign}${whole}` : `${sign}${whole}.${decimals}`));
    const heading =
      'procs ---memory--- ---swap-- --io-- -system-- --cpu--\n r b swpd free buff cache si so bi bo in cs us sy id wa st\n';
    fc.assert(
      fc.property(fc.array(number, { minLength: 17, maxLength: 17 }), (words) => {
        // The decimal mark is known from the first row on.
        const first = words.map(() => '0.5');
        const { rows } = parseText('vmstat', `${heading}${first.join(' ')}\n${words.join(' ')}\n`, contextOf());
        expect(Object.values(rows[1] ?? {})).toEqual(words.map(Number));
      }),
      { numRuns: 500 },
    );
  });
});
