import { ParseError, parseText } from '../src';
import { contextOf, type Fixture, fixtures } from './fixtures';

/** Ten times the text, ten times the time; twice that and half as much again is left for the collector and for noise. */
const MOST = 25;
const LEAST_LENGTH = 40_000;
const ROUNDS = 8;
/** Milliseconds that are not told from noise. */
const NOISE = 25;

/** The longest recording of each parser: a short one is all beginning. */
const longest = (): Fixture[] => {
  const found = new Map<string, Fixture>();
  for (const one of fixtures()) {
    const other = found.get(one.parser);
    if (!other || one.text.length > other.text.length) found.set(one.parser, one);
  }
  return [...found.values()];
};

/** Of the CPU, not of the clock: other processes on this machine are no part of it. */
const milliseconds = (parser: string, text: string, name: string): number => {
  const begin = process.cpuUsage();
  try {
    parseText(parser, text, contextOf(name));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
};

/** The ratio of the best times: the collector and cold caches make each longer, never shorter. */
const ratio = (parser: string, text: string, name: string): number => {
  let [one, ten] = [Infinity, Infinity];
  const long = text.repeat(10);
  for (let round = 0; round < ROUNDS; round++) {
    one = Math.min(one, milliseconds(parser, text, name));
    ten = Math.min(ten, milliseconds(parser, long, name));
    if (ten < NOISE || (round > 0 && ten / one < MOST)) break;
  }
  return ten < NOISE ? 1 : ten / one;
};

describe('time grows with the text, and no faster', () => {
  for (const { parser, name, text } of longest()) {
    it(`${parser}: ten times as long (${name})`, () => {
      const once = text.repeat(Math.ceil(LEAST_LENGTH / text.length));
      expect(ratio(parser, once, name)).toBeLessThan(MOST);
    });
  }
});

const SPECIAL = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'];

const inherits = (row: object): boolean => {
  for (const key in row) if (!Object.hasOwn(row, key)) return true;
  return false;
};

describe('names that mean something to JavaScript', () => {
  const whole = Object.getOwnPropertyNames(Object.prototype).length;

  /** Every word of a recording in turn replaced: headings, keys, names, values. */
  const changed = (text: string, name: string): string[] => {
    const words = [...new Set(text.split(/[\s,;:=()[\]"']+/))].filter((word) => word.length > 1).slice(0, 25);
    return words.map((word) => text.replaceAll(word, name));
  };

  const short = (): Fixture[] => {
    const found = new Map<string, Fixture>();
    for (const one of fixtures()) {
      const other = found.get(one.parser);
      if (!other || one.text.length < other.text.length) found.set(one.parser, one);
    }
    return [...found.values()].map((one) => ({ ...one, text: one.text.slice(0, 1500) }));
  };

  for (const { parser, name, text } of short()) {
    it(`${parser}: are names like any other`, () => {
      for (const special of SPECIAL) {
        for (const one of changed(text, special)) {
          let result;
          try {
            result = parseText(parser, one, contextOf(name));
          } catch (error) {
            if (!(error instanceof ParseError)) throw error;
            continue;
          }
          // A row whose prototype a text has changed would have inherited members.
          const odd = result.rows.find((row) => inherits(row));
          expect(odd).toBeUndefined();
          JSON.stringify(result);
        }
      }
      expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(whole);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    });
  }
});
