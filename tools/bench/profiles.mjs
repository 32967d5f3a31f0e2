// The hot paths of profiles: `node tools/bench/profiles.mjs`. Made-up stacks of the size that captures have.
import { build } from 'esbuild';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const scratch = mkdtempSync(join(tmpdir(), 'fleetscope-bench-'));
const bundle = join(scratch, 'profiles.cjs');
await build({
  entryPoints: ['libs/profiles/src/index.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  alias: { '@fleetscope/contracts': './libs/contracts/src/index.ts' },
  logLevel: 'warning',
});
const { ProfileBuilder, mergeProfiles, callTree, layout, diffTrees, functionChanges } = createRequire(import.meta.url)(
  bundle,
);
rmSync(scratch, { recursive: true });

// A small generator with a seed: the same stacks each time.
let state = 12_345;
const random = (bound) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state % bound;
};

/** `distinct` stacks of 10 to 40 frames over a few thousand functions, and `samples` of them. */
const capture = (samples, distinct, functions) => {
  const builder = new ProfileBuilder();
  const thread = builder.thread('app', 1, 1);
  const stacks = Array.from({ length: distinct }, () => {
    const depth = 10 + random(30);
    const frames = Array.from({ length: depth }, (_, at) =>
      builder.frame(at > depth - 6 ? `main_${at}` : `function_${random(functions)}`, '/usr/bin/app', 'native'),
    );
    return builder.stackOf(frames);
  });
  for (let at = 0; at < samples; at++) builder.add(stacks[random(distinct)], 1, thread, 0, at);
  return builder.build({ type: 'cpu', unit: 'samples' });
};

/** A tree of about `boxes` frames. */
const wide = (boxes) => {
  const builder = new ProfileBuilder();
  const thread = builder.thread('app', 1, 1);
  let size = 0;
  while (size < boxes) {
    let stack = -1;
    const depth = 5 + random(30);
    for (let at = 0; at < depth; at++)
      stack = builder.stack(stack, builder.frame(`f${random(at < 3 ? 40 : 4_000)}`, null, 'native'));
    builder.add(stack, 1 + random(9), thread);
    size += depth - 2;
  }
  return callTree(builder.build({ type: 'cpu', unit: 'samples' }));
};

const best = (what, wanted, runs, work) => {
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    const begin = performance.now();
    work();
    least = Math.min(least, performance.now() - begin);
  }
  console.log(`${what.padEnd(64)} ${least.toFixed(0).padStart(6)} ms   (wanted: below ${wanted} ms)`);
};

const hosts = Array.from({ length: 1_000 }, (_, at) => ({ host: `h${at}`, profile: capture(10_000, 500, 2_000) }));
best('merge of 1,000 hosts, 10,000 samples over 500 stacks each', 3_000, 2, () =>
  mergeProfiles(hosts, { weigh: 'equal' }),
);
const tree = wide(100_000);
const other = wide(100_000);
best(`layout of ${tree.size} frames by name`, 100, 5, () => layout(tree));
best(`layout of ${tree.size} frames by weight`, 100, 5, () => layout(tree, { order: 'weight' }));
best(`layout of ${tree.size} frames, boxes of at least a pixel`, 100, 5, () => layout(tree, { minWidth: 1 / 1_400 }));
best(`difference of two such trees, functions and tests included`, 300, 5, () => {
  layout(diffTrees(tree, other));
  functionChanges(tree, other);
});
