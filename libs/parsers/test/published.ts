import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Where Debian's bpfcc-tools puts the examples that the tools are published with. */
export const EXAMPLES = '/usr/share/doc/bpfcc-tools/examples/doc';

export const hasExamples =
  existsSync(join(EXAMPLES, 'biosnoop_example.txt')) || existsSync(join(EXAMPLES, 'biosnoop_example.txt.gz'));

const text = (tool: string): string => {
  const file = readdirSync(EXAMPLES).find((name) => name.startsWith(`${tool}_example.txt`)) ?? '';
  const bytes = readFileSync(join(EXAMPLES, file));
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};

/** What a tool itself prints and begins like a sentence. */
const BANNER = /^(Tracing|Sampling|Attaching|Detaching|Bucket disk)\b/;
const PROSE = /^((A|I|[A-Z][a-z']+),? [-a-zA-Z0-9(]|[a-z]+ [a-z]+ [a-z`]+ )/;
/** Marks of what the author left out. */
const LEFT_OUT = new Set(['[...]', '...', '<screen clears>']);

export interface Example {
  readonly command: string;
  readonly output: string;
}

/** The commands of a page of examples, each with what it printed: paragraphs up to the next one of prose. */
export const examplesOf = (tool: string): Example[] => {
  const found: Example[] = [];
  let command: string | null = null;
  let lines: string[] = [];
  const flush = (): void => {
    if (command !== null && lines.some((line) => line.trim() !== ''))
      found.push({ command, output: `${lines.join('\n')}\n` });
    command = null;
    lines = [];
  };
  let blank = false;
  for (const line of text(tool).split('\n')) {
    const prompt = line.indexOf('# ');
    if (prompt !== -1 && prompt < 12 && line.slice(prompt).includes(tool)) {
      flush();
      command = line.slice(prompt + 2).trim();
    } else if (blank && PROSE.test(line) && !BANNER.test(line)) flush();
    else if (/^USAGE/.test(line)) flush();
    else if (command !== null && !LEFT_OUT.has(line.trim())) lines.push(line);
    blank = line.trim() === '';
  }
  flush();
  return found.filter(
    ({ command: line, output }) =>
      // What went to a file isn't on the page; sentences that begin in mid-line are no output.
      !line.split(' ').includes('-h') &&
      !line.includes('>') &&
      !output.trim().startsWith('...') &&
      !output.trim().startsWith('WARNING'),
  );
};
