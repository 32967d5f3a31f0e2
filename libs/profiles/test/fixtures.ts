import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FoldOptions, type FoldResult, PerfScriptFold } from '../src';

const FIXTURES = join(__dirname, '..', 'fixtures', 'perf-script');

export const fixtureNames = (): string[] => readdirSync(FIXTURES).map((file) => file.slice(0, -'.txt'.length));

export const fixture = (name: string): Uint8Array => readFileSync(join(FIXTURES, `${name}.txt`));

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export const fold = (input: Uint8Array | string, options: FoldOptions = {}): FoldResult => {
  const reader = new PerfScriptFold(options);
  reader.push(typeof input === 'string' ? bytesOf(input) : input);
  return reader.end();
};

/** The folded text. */
export const folded = ({ stacks }: FoldResult): string => Buffer.concat([...stacks.folded()]).toString('utf8');
