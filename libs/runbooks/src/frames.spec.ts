import { type ProbeEvent } from '@fleetscope/contracts';
import * as fc from 'fast-check';
import { FrameDecoder, MAX_FRAME_BYTES } from './frames';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const show = (event: ProbeEvent): unknown =>
  'bytes' in event && event.bytes instanceof Uint8Array
    ? { ...event, bytes: Buffer.from(event.bytes).toString('latin1') }
    : event;

const decode = (chunks: readonly Uint8Array[]): ProbeEvent[] => {
  const events: ProbeEvent[] = [];
  const decoder = new FrameDecoder((event) => events.push(event));
  for (const chunk of chunks) decoder.push(chunk);
  decoder.end();
  return events;
};
const decodeText = (text: string): unknown[] => decode([bytes(text)]).map(show);

/** Noise comes in pieces; its bytes and its place among the frames are what must not change. */
const joined = (events: readonly ProbeEvent[]): unknown[] => {
  const out: unknown[] = [];
  let noise: string | null = null;
  for (const event of events) {
    if (event.type === 'noise') noise = (noise ?? '') + Buffer.from(event.bytes).toString('latin1');
    else {
      if (noise !== null) out.push({ noise });
      noise = null;
      out.push(show(event));
    }
  }
  if (noise !== null) out.push({ noise });
  return out;
};

const frame = fc.oneof(
  fc.constantFrom(
    '\x1eH 1 triage-60s@1 100.25 1795300000\n',
    '\x1eH 1 triage-60s@3 100.25 1795300000.125 2\n',
    '\x1eF kernel=6.1\n',
    '\x1ef\n',
    '\x1eS vmstat procps 100.50 vmstat 1 3\n',
    '\x1eX vmstat ok 0 102.50\n',
    '\x1eK df df is not installed\n',
    '\x1eC 13 100.25 102.50\n',
    '\x1eZ complete\n',
    '\x1eB pcap AAECAw==\n',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `\x1eO vmstat ${text.replaceAll('\n', '')}\n`),
  fc.uint8Array({ maxLength: 60 }).map((raw) => Buffer.from(raw).toString('latin1')),
  fc.constantFrom('\x1e', '\n', '\x1eO', '\x1eO x', ' ', `\x1eO x ${'y'.repeat(5000)}\n`),
);

describe('FrameDecoder', () => {
  it('reads a whole probe', () => {
    expect(
      decodeText(
        'Welcome!\n\x1eH 1 triage-60s@1 100.25 1795300000\n\x1eF kernel=6.1=x\n\x1ef\n\x1eS vmstat procps 100.50 vmstat 1 3\n' +
          '\x1eP vmstat 1 \x1eO vmstat 2\n\x1eO vmstat 2\n\x1eE vmstat oh\n\x1eX vmstat failed 1 102.50\n\x1eK df no df\n\x1eC 13 100.25 102.50\n\x1eZ complete\n',
      ),
    ).toEqual([
      { type: 'noise', bytes: 'Welcome!\n' },
      {
        type: 'hello',
        protocol: 1,
        runbook: 'triage-60s@1',
        uptimeSeconds: 100.25,
        wallSeconds: 1795300000,
        wallUncertaintyMs: null,
      },
      { type: 'facts', facts: { kernel: '6.1=x' } },
      { type: 'step-start', step: 'vmstat', alternative: 'procps', command: 'vmstat 1 3', uptimeSeconds: 100.5 },
      { type: 'data', step: 'vmstat', stream: 'stdout', bytes: '1 \x1eO vmstat 2' },
      { type: 'data', step: 'vmstat', stream: 'stdout', bytes: '2\n' },
      { type: 'data', step: 'vmstat', stream: 'stderr', bytes: 'oh\n' },
      { type: 'step-end', step: 'vmstat', outcome: 'failed', exitStatus: 1, uptimeSeconds: 102.5 },
      { type: 'step-skip', step: 'df', reason: 'no df' },
      { type: 'cost', cpuSeconds: 0.13, wallSeconds: 2.25, bytes: expect.any(Number) },
      { type: 'end', reason: 'complete' },
    ]);
  });

  it('tells what is left on the host, and what could not be told', () => {
    expect(decodeText('\x1eL 2 - 1 sh sleep /tmp/perf-x\n\x1eL - 0 0\n')).toEqual([
      { type: 'cleanup', processes: 2, probes: null, files: 1, names: 'sh sleep /tmp/perf-x' },
      { type: 'cleanup', processes: null, probes: 0, files: 0, names: '' },
    ]);
  });

  it('ends the steps that the end left open', () => {
    expect(decodeText('\x1eS a real 1.00 a\n\x1eC 1 1.00 3.00\n\x1eZ cancelled\n').slice(-2)).toEqual([
      { type: 'step-end', step: 'a', outcome: 'cancelled', exitStatus: null, uptimeSeconds: 3 },
      { type: 'end', reason: 'cancelled' },
    ]);
  });

  it.each([
    ['an unknown letter', '\x1eQ x\n'],
    ['a step that is no id', '\x1eO ../x y\n'],
    ['an outcome that is none', '\x1eX a fine 0 1.00\n'],
    ['a number that is none', '\x1eX a ok 0 1e9\n'],
    ['base64 that is none', '\x1eB a ???\n'],
    ['a frame cut off by the end', '\x1eZ comp'],
    ['a count of what is left that is none', '\x1eL many 0 0 x\n'],
    ['an end without a reason we know', '\x1eZ sometime\n'],
  ])('takes %s for noise', (_name, text) => {
    expect(joined(decode([bytes(text)]))).toEqual([{ noise: text }]);
  });

  it('keeps a fact named like a property of every object apart', () => {
    const [event] = decode([bytes('\x1eF __proto__=x\n\x1ef\n')]);
    expect(event?.type === 'facts' && Object.keys(event.facts)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  it('decodes binary output', () => {
    expect(decodeText('\x1eB pcap AAECAw==\n')).toEqual([
      { type: 'data', step: 'pcap', stream: 'stdout', bytes: '\x00\x01\x02\x03' },
    ]);
  });

  it('holds no more than one frame of an endless line', () => {
    let noise = 0;
    const decoder = new FrameDecoder((event) => {
      if (event.type === 'noise') noise += event.bytes.length;
    });
    decoder.push(bytes('\x1eO a '));
    for (let i = 0; i < 100; i += 1) decoder.push(new Uint8Array(1000).fill(0x61));
    expect(noise).toBeGreaterThan(100_000 - MAX_FRAME_BYTES);
  });

  it('gives the same events wherever the stream is cut, and loses no byte', () => {
    fc.assert(
      fc.property(
        fc.array(frame, { maxLength: 30 }),
        fc.array(fc.nat({ max: 50 }), { maxLength: 60 }),
        (parts, sizes) => {
          const all = bytes(parts.join(''));
          const chunks: Uint8Array[] = [];
          let from = 0;
          for (const size of sizes) {
            chunks.push(all.subarray(from, from + size));
            from += size;
          }
          chunks.push(all.subarray(from));
          expect(joined(decode(chunks))).toEqual(joined(decode([all])));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never throws on any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (chunks) => {
        decode(chunks);
      }),
      { numRuns: 300 },
    );
  });
});
