import { metric, type MetricId, type ParseResult } from '@fleetscope/contracts';
import { ParseError, type ParserDefinition, PARSERS, parseText } from '../src';
import { contextOf, type Fixture, fixtures } from './fixtures';

/** Bar and backslash would end a cell. */
const cell = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('|', '\\|');
const code = (text: string): string => `\`${cell(text)}\``;

const MAX_FIELDS = 60;

const parsed = ({ parser, name, text }: Fixture): ParseResult | null => {
  try {
    return parseText(parser, text, contextOf(name));
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
};

/** `iostat--12.6.1--xz` is sysstat's iostat 12.6.1. */
const versionsOf = (names: readonly string[]): string => {
  const byTool = new Map<string, Map<string, number>>();
  for (const name of names) {
    const [tool = '', version = ''] = name.split('--');
    const versions = byTool.get(tool) ?? new Map<string, number>();
    versions.set(version, (versions.get(version) ?? 0) + 1);
    byTool.set(tool, versions);
  }
  return [...byTool]
    .map(([tool, versions]) => {
      const list = [...versions]
        .sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
        .map(([version, count]) => `${version} (${count})`);
      return `${tool} ${list.join(', ')}`;
    })
    .join('; ');
};

const fieldsOf = (results: readonly ParseResult[]): string[] => {
  const names = new Set<string>();
  for (const { rows } of results) for (const row of rows) for (const key of Object.keys(row)) names.add(key);
  return [...names];
};

const metricsOf = (results: readonly ParseResult[]): MetricId[] => {
  const ids = new Set<MetricId>();
  for (const { observations } of results)
    for (const one of observations) if (one.kind === 'series' || one.kind === 'measurement') ids.add(one.metric);
  return [...ids].sort();
};

const othersOf = (results: readonly ParseResult[]): string[] => {
  const names = new Set<string>();
  for (const { observations } of results)
    for (const one of observations) if (one.kind !== 'series' && one.kind !== 'measurement') names.add(one.kind);
  return [...names].sort();
};

/** What a claim to read a tool rests on. */
const evidence = ({ documented }: ParserDefinition, names: readonly string[]): string => {
  const recorded = names.length === 0 ? [] : [`recorded: ${versionsOf(names)}`];
  const published = documented === undefined ? [] : [`published: ${documented}`];
  return [...recorded, ...published].join('; ') || 'untested';
};

/** The text of docs/parsers.md, made of the definitions and of what the recordings parse to. */
export const docsPage = (): string => {
  const all = fixtures();
  const out = [
    '# Parsers',
    '',
    '<!-- Generated: node libs/parsers/tools/docs.mjs -->',
    '',
    'What each parser reads, what stands behind that claim, and what comes out. `fleetscope parse TOOL` takes the id, or the',
    'command as it was run. Supported is what is tested:',
    '',
    '- **recorded**: on a machine of ours, with the tool’s version; the number behind it is that of the recordings;',
    '- **published**: the form is taken from the documentation that the tool is published with. Where a package brings its',
    '  examples (bcc), tests read them from there;',
    '- **untested**: written, and never seen with real output.',
    '',
    'Fields are those that the recordings have; a parser keeps columns it does not know, and says so.',
    '',
    '| Parser | Reads | Behind it |',
    '|---|---|---|',
  ];
  const sections: string[] = [];
  for (const definition of PARSERS.values()) {
    const mine = all.filter(({ parser }) => parser === definition.id);
    const results = mine.map(parsed).filter((one) => one !== null);
    const versions = evidence(
      definition,
      mine.map(({ name }) => name),
    );
    out.push(
      `| [${definition.id}](#${definition.id}) | ${definition.tools.map(code).join(', ')} | ${cell(versions)} |`,
    );
    sections.push('', `## ${definition.id}`, '', `${definition.title}. Expects ${definition.expects}.`);
    const fields = fieldsOf(results);
    if (fields.length > 0) {
      const more = fields.length > MAX_FIELDS ? ` and ${fields.length - MAX_FIELDS} more` : '';
      sections.push('', `Fields: ${fields.slice(0, MAX_FIELDS).map(code).join(', ')}${more}.`);
    }
    for (const [field, meaning] of Object.entries(definition.fields)) sections.push('', `- ${code(field)}: ${meaning}`);
    const others = othersOf(results);
    if (others.length > 0) sections.push('', `Besides metrics: ${others.join(', ')}.`);
    const metrics = metricsOf(results);
    if (metrics.length > 0) {
      sections.push('', '| Metric | Unit | What it is |', '|---|---|---|');
      for (const id of metrics) sections.push(`| ${code(id)} | ${metric(id).unit} | ${cell(metric(id).title)} |`);
    }
  }
  return `${[...out, ...sections].join('\n')}\n`;
};
