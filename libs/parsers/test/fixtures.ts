import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observation, ParseResult } from '@fleetscope/contracts';
import type { ParseContext } from '../src';

const FIXTURES = join(__dirname, '..', 'fixtures');

export interface Fixture {
  readonly parser: string;
  readonly name: string;
  readonly text: string;
}

/** Commands of fixtures whose text doesn't say how the tool ran. */
const COMMANDS: Readonly<Record<string, string>> = {
  'free--3.3.17--mebi': 'free -m',
  'free--4.0.2--mebi': 'free -m',
  'free--4.0.4--mebi': 'free -m',
  'free--4.0.2--b': 'free -b',
  'free--4.0.2--g': 'free -g',
  'iostat--12.6.1--dxyz-1-2': 'iostat -dxyz 1 2',
  'iostat--12.6.1--xyz-C': 'iostat -xyz 1 2',
  'iostat--12.6.1--xyz-iso': 'iostat -xyz 1 2',
  'vmstat--4.0.2--y': 'vmstat -y 1 2',
};

/** All recordings were made within a day of this. */
export const COLLECTED_AT = Date.parse('2026-11-21T23:00:00Z');

export const contextOf = (name = ''): ParseContext => ({ collectedAt: COLLECTED_AT, command: COMMANDS[name] });

export const fixtures = (): Fixture[] =>
  readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: parser }) =>
      readdirSync(join(FIXTURES, parser))
        .filter((file) => file.endsWith('.txt'))
        .map((file) => ({ parser, name: file.slice(0, -4), text: readFileSync(join(FIXTURES, parser, file), 'utf8') })),
    );

export const fixture = (parser: string, name: string): string =>
  readFileSync(join(FIXTURES, parser, `${name}.txt`), 'utf8');

/** The values of a series, or of a measurement as a list of one; undefined when it isn't there. */
export const valuesOf = (
  result: ParseResult,
  metric: string,
  instance: string | null = null,
): (number | null)[] | undefined => {
  const found = result.observations.find(
    (one: Observation) =>
      (one.kind === 'series' || one.kind === 'measurement') && one.metric === metric && one.instance === instance,
  );
  if (found?.kind === 'series') return found.values;
  return found?.kind === 'measurement' ? [found.value] : undefined;
};

/** The line or lines a metric's values were printed in. */
export const linesOf = (result: ParseResult, metric: string, instance: string | null = null): number[] | undefined => {
  const found = result.observations.find(
    (one: Observation) =>
      (one.kind === 'series' || one.kind === 'measurement') && one.metric === metric && one.instance === instance,
  );
  return found?.kind === 'series' || found?.kind === 'measurement' ? found.lines : undefined;
};
