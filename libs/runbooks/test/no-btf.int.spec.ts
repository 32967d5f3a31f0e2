import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileProbe, loadCatalogue, resolveParameters } from '../src';
import { endOf, startProbe } from './probe-harness';

/**
 * A kernel without BTF, as bpftrace sees it: nothing under /sys/kernel/btf in a mount namespace of its own, and a BTF file of
 * one type (`int`) where bpftrace would otherwise still find the kernel's own by number.
 */
const emptyBtf = (): Buffer => {
  const strings = Buffer.from('\0int\0');
  const type = Buffer.alloc(16);
  [1, 0x01000000, 4, (1 << 24) | 32].forEach((word, at) => type.writeUInt32LE(word, at * 4));
  const head = Buffer.alloc(24);
  head.writeUInt16LE(0xeb9f, 0);
  head.writeUInt8(1, 2);
  [24, 0, type.length, type.length, strings.length].forEach((word, at) => head.writeUInt32LE(word, 4 + at * 4));
  return Buffer.concat([head, type, strings]);
};

const catalogue = loadCatalogue(join(__dirname, '../catalog'));
const dir = mkdtempSync(join(tmpdir(), 'no-btf-'));
const btf = join(dir, 'btf');
writeFileSync(btf, emptyBtf());
afterAll(() => rmSync(dir, { recursive: true }));

const SCRIPT = `mount -t tmpfs none /sys/kernel/btf
[ -d /sys/kernel/tracing/events ] || mount -t tracefs tracefs /sys/kernel/tracing
exec sh -c "$1"`;

/** Runbooks with a program that follows no pointer of the kernel's. */
const PLAIN = ['runq-latency', 'block-io-latency', 'syscall-counts', 'file-opens', 'process-starts', 'tcp-retransmits'];

describe('a kernel without BTF', () => {
  it.each(PLAIN)('%s runs its program all the same', async (id) => {
    const runbook = catalogue.get(id)!;
    const { program, steps } = compileProbe(runbook, resolveParameters(runbook, { duration: '1s' }));
    const probe = startProbe(program, 'dash', (command) => [
      ...['/usr/bin/env', `BPFTRACE_BTF=${btf}`, 'unshare', '-m', 'sh', '-c', SCRIPT, 'sh', command],
    ]);
    expect((await probe.ended).status).toBe(0);
    const facts = probe.events.find((event) => event.type === 'facts');
    expect(facts?.type === 'facts' && facts.facts['btf']).toBe('no');
    const traced = steps.find(({ alternatives }) => alternatives.some(({ parser }) => parser === 'trace'))!;
    const begun = probe.events.filter((event) => event.type === 'step-start' && event.step === traced.id);
    expect(begun.at(-1)).toMatchObject({ command: expect.stringMatching(/^bpftrace /) });
    expect(endOf(probe.events, traced.id)).toMatchObject({ outcome: 'ok' });
  });
});
