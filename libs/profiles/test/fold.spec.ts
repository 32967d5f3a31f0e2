import { NotPerfScriptError, PerfScriptFold } from '../src';
import { bytesOf, fixture, fold, folded } from './fixtures';

const sample = (heading: string, ...frames: string[]): string =>
  `${heading}\n${frames.map((frame) => `\t${frame}\n`).join('')}\n`;

const HEADING = 'make 4711 [003] 12.345678:     250000 cpu-clock:pppH: ';
const READ = ' ffffffff81d33e08 read_zero+0x88 ([kernel.kallsyms])';
const MAIN = '            1222 main+0x76 (/usr/bin/make)';

const lines = (text: string, options = {}): string[] => folded(fold(text, options)).trimEnd().split('\n');

describe('folding', () => {
  it('counts what a recording has: every heading is one sample, every frame one name', () => {
    const bytes = fixture('perf--6.1--call-graph');
    const text = Buffer.from(bytes).toString();
    const headings = text.split('\n').filter((line) => line.includes('cpu-clock:pppH:')).length;
    const result = fold(bytes, { count: 'samples' });
    const sum = folded(result)
      .trimEnd()
      .split('\n')
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
    expect(headings).toBeGreaterThan(10);
    expect(result.samples).toBe(headings);
    expect(sum).toBe(headings);
  });

  it('weighs samples with their period, as printed, or counts each as one', () => {
    const text = sample(HEADING, READ, MAIN) + sample(HEADING.replace('250000', '  1000'), READ, MAIN);
    expect(lines(text)).toEqual(['make;main;read_zero 251000']);
    expect(lines(text, { count: 'samples' })).toEqual(['make;main;read_zero 2']);
  });

  it('names an unknown frame after its file, one that was replaced since too', () => {
    const replaced = '     7f0012345678 [unknown] (/usr/lib/libc.so.6 (deleted))';
    expect(lines(sample(HEADING, replaced, MAIN))).toEqual(['make;main;[libc.so.6] 250000']);
  });

  it('takes headings without time, period, event or CPU', () => {
    for (const heading of [
      'make 4711 12.345678:     1 cycles: ',
      'make 4711 12.345678: cycles: ',
      'make 4711/4712 [000] 0.000000: cycles:u: ',
      'make 4711 [000] 1968449.610246123:   cycles: ',
      'make 4711 cycles: ',
      'make 4711',
      'make  4711/4711  [001] ',
      'make    -1 [000] 1.000000: cycles:',
    ]) {
      expect(lines(sample(heading, READ, MAIN))).toEqual(['make;main;read_zero 1']);
    }
  });

  it('reads commands with blanks, numbers and marks', () => {
    for (const [comm, name] of [
      ['busy loop', 'busy_loop'],
      ['kworker/0:1-ev 7', 'kworker/0:1-ev_7'],
      ['a 12 b', 'a_12_b'],
      [':-1', ':-1'],
      ['x;y', 'x:y'],
      ['(sd-pam)', '(sd-pam)'],
      ['größe', 'größe'],
    ]) {
      expect(lines(sample(`${comm} 4711 12.345678: 1 cycles: `, MAIN))).toEqual([`${name};main 1`]);
    }
  });

  it('folds samples of one line each, whose command is set to the right', () => {
    const text = [
      '            make  4711 [000]  1968.449610:          1   cycles:  ffffffff81571d0c ctx_resched+0x1dc ([kernel.kallsyms])',
      '             bad  4711 [000]  1968.449620:          1   cycles:  ffffffff81571d0c ctx_resched+0x1dc ([kernel.kallsyms])',
    ].join('\n');
    expect(lines(text)).toEqual(['bad;ctx_resched 1', 'make;ctx_resched 1']);
  });

  it('folds the first event, or the one that is asked for', () => {
    const both = sample('a 1 1.0: 5 cycles:u: ', MAIN) + sample('a 1 1.0: 7 instructions:u: ', READ);
    expect(lines(both)).toEqual(['a;main 5']);
    expect(lines(both, { event: 'instructions' })).toEqual(['a;read_zero 7']);
    expect(lines(both, { event: 'instructions:u' })).toEqual(['a;read_zero 7']);
    const none = fold(both, { event: 'inst' });
    expect(folded(none)).toBe('');
    expect([...none.events]).toEqual([
      ['cycles:u', 1],
      ['instructions:u', 1],
    ]);
  });

  it('stands stacks on processes, threads and CPUs', () => {
    const text = sample('a b 4711/4712 [003] 1.0: 1 cycles: ', MAIN);
    expect(lines(text, { by: 'pid' })).toEqual(['a_b-4711;main 1']);
    expect(lines(text, { by: 'tid' })).toEqual(['a_b-4711/4712;main 1']);
    expect(lines(text, { by: 'cpu' })).toEqual(['cpu3;a_b;main 1']);
    const threads = fold(sample('a 4712 1.0: 1 cycles: ', MAIN), { by: 'tid' });
    expect(folded(threads)).toBe('a-?/4712;main 1\n');
    expect(threads.withoutPid).toBe(1);
  });

  it.each([
    ['7f3a [unknown] ([unknown])', '[unknown]'],
    ['7f3a [unknown] (/usr/lib/libc.so.6)', '[libc.so.6]'],
    ['7f3a [unknown] ([vdso])', '[[vdso]]'],
    ['7f3a [unknown] (//anon)', '[anon]'],
    ['7f3a std::vector<int>::push_back(int const&)+0x10 (/bin/x)', 'std::vector<int>::push_back'],
    ['7f3a (anonymous namespace)::run(int)+0x10 (/bin/x)', null],
    ['7f3a app::(anonymous namespace)::run(int)+0x10 (/bin/x)', 'app::(anonymous namespace)::run'],
    ['7f3a net/http.(*Client).Do+0x1 (/bin/x)', 'net/http.(*Client).Do'],
    ['7f3a RegExp:[&<>"\']+0x0 (/tmp/perf-7539.map)', 'RegExp:[&<>]'],
    ['7f3a Lorg/A;.call(II)V+0x4 (/tmp/perf-1.map)', 'Lorg/A:.call'],
    ['7f3a outer->middle->leaf+0x9 (/tmp/perf-1.map)', 'outer;middle_[i];leaf_[i]'],
    ['7f3a f+0x10 (/tmp/gone (deleted))', 'f'],
    ['7f3a f+0x10 (/opt/my app/bin)', 'f'],
    ['7f3a operator new(unsigned long) (/bin/x)', 'operator new'],
    ['7f3a f+0x10', 'f'],
    ['7f3a', '[unknown]'],
  ])('names %s', (frame, name) => {
    expect(lines(sample(HEADING, frame), { count: 'samples' })).toEqual([name === null ? 'make 1' : `make;${name} 1`]);
  });

  it('names Java methods of Java as Java does', () => {
    const frame = '7f3a Lorg/A;.call(II)V+0x4 (/tmp/perf-1.map)';
    const text = sample('java 1 1.0: 1 cycles: ', frame) + sample('perl 1 1.0: 1 cycles: ', frame);
    expect(lines(text)).toEqual(['java;org/A:.call 1', 'perl;Lorg/A:.call 1']);
    expect(lines(sample('perl 1 1.0: 1 cycles: ', frame) + sample('java 1 1.0: 1 cycles: ', frame))).toEqual([
      'java;org/A:.call 1',
      'perl;Lorg/A:.call 1',
    ]);
  });

  it('marks kernel frames, and leaves inlined ones out, when asked', () => {
    const text = sample(HEADING, READ, ' 7f [unknown] ([unknown])', '7f small+0x1 (inlined)', MAIN);
    expect(lines(text)).toEqual(['make;main;small;[unknown];read_zero 250000']);
    expect(lines(text, { inline: false, kernelSuffix: true })).toEqual(['make;main;[unknown];read_zero_[k] 250000']);
  });

  it('counts samples without a frame for the command', () => {
    expect(lines('swapper 0 [000] 1.0: 3 cycles: \n\n')).toEqual(['swapper 3']);
  });

  it('sorts by the bytes of the lines', () => {
    const text = ['b', 'a b', 'a', 'é', 'a-', 'Z', '😀', 'a:b']
      .map((name) => sample(`x ${name === 'a' ? '1' : '2'} 1.0: cycles:`, `7f deep (m)`, `7f ${name} (m)`))
      .join('');
    const out = lines(text + sample('x 1 1.0: cycles:', '7f a (m)'));
    const keys = out.map((line) => Buffer.from(line.slice(0, line.lastIndexOf(' '))));
    expect(keys).toEqual([...keys].sort(Buffer.compare));
    expect(out).toHaveLength(9);
  });

  it('reads CR LF, a byte order mark, UTF-16, and an end without a blank line', () => {
    const text = sample(HEADING, READ, MAIN);
    const expected = 'make;main;read_zero 250000\n';
    expect(folded(fold(text.replaceAll('\n', '\r\n')))).toBe(expected);
    expect(folded(fold(`\ufeff${text}`))).toBe(expected);
    expect(folded(fold(Buffer.from(`\ufeff${text}`, 'utf16le')))).toBe(expected);
    expect(folded(fold(Buffer.from(`\ufeff${text}`, 'utf16le').swap16()))).toBe(expected);
    expect(folded(fold(text.trimEnd()))).toBe(expected);
    expect(folded(fold(`# a comment\n#\n${text}`))).toBe(expected);
  });

  it('reports lines it does not understand, and goes on', () => {
    const text = `${sample(HEADING, MAIN)}Warning: 3 out of order events\n\t7f stray (x)\n${sample(HEADING, MAIN)}`;
    const result = fold(text);
    expect(result.samples).toBe(2);
    expect(result.issues).toEqual([
      { line: 4, text: 'Warning: 3 out of order events', reason: 'neither a heading nor a frame' },
      { line: 5, text: '\t7f stray (x)', reason: 'a frame that belongs to no sample' },
    ]);
  });

  it.each(['', '\n\n', 'bash: perf: command not found\n', 'Lorem ipsum 5\ndolor\n', '# only a comment\n', '\0\0\0'])(
    'refuses %j',
    (text) => {
      expect(() => fold(text)).toThrow(NotPerfScriptError);
    },
  );

  it('leaves out lines past the limit, and forgets known frames past theirs', () => {
    const text = `${sample(HEADING, MAIN)}${sample(HEADING, `7f ${'x'.repeat(500)} (m)`)}`;
    const result = fold(text, { limits: { maxLineBytes: 200 } });
    expect(result.samples).toBe(2);
    const many = Array.from({ length: 100 }, (_, at) => sample(HEADING, `7f f${at % 7}+0x${at} (m)`)).join('');
    expect(folded(fold(many, { limits: { maxKnownBytes: 50 } }))).toBe(folded(fold(many)));
    const reader = new PerfScriptFold({ limits: { maxLineBytes: 200 } });
    const bytes = bytesOf(text);
    for (let at = 0; at < bytes.length; at += 50) reader.push(bytes.subarray(at, at + 50));
    expect(reader.end().issues).toMatchObject([{ line: 5, reason: 'line longer than 200 bytes: left out' }]);
  });
});
