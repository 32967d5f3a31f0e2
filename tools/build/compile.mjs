// Compiles one project's TypeScript with SWC: `node tools/build/compile.mjs libs/contracts` writes libs/contracts/dist.
// Types are checked by `tsc` (target typecheck), not here. Files that are no TypeScript and stand under src (SQL, YAML,
// shell) are copied, so that code finds them beside itself.
import { transformFile } from '@swc/core';
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

const [project, ...extra] = process.argv.slice(2);
if (!project) throw new Error('usage: compile.mjs PROJECT [FOLDER-TO-COPY …]');
const source = join(project, 'src');
const target = join(project, 'dist');

const walk = async (dir) =>
  (
    await Promise.all(
      (await readdir(dir, { withFileTypes: true })).map((entry) => {
        const path = join(dir, entry.name);
        if (entry.isDirectory()) return entry.name === 'fixtures' || entry.name === '__snapshots__' ? [] : walk(path);
        return [path];
      }),
    )
  ).flat();

const compile = async (file) => {
  const out = join(target, relative(source, file)).replace(/\.ts$/, '.js');
  const { code, map } = await transformFile(file, {
    configFile: '.swcrc',
    sourceFileName: relative(dirname(out), file),
  });
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, `${code}\n//# sourceMappingURL=${relative(dirname(out), out)}.map\n`);
  if (map) await writeFile(`${out}.map`, map);
};

const copy = async (file, from) => {
  const out = join(target, relative(from, file));
  await mkdir(dirname(out), { recursive: true });
  await copyFile(file, out);
};

await rm(target, { recursive: true, force: true });
const files = await walk(source);
await Promise.all([
  ...files.filter((file) => file.endsWith('.ts') && !/\.(spec|d)\.ts$/.test(file)).map(compile),
  ...files.filter((file) => !/\.tsx?$/.test(file)).map((file) => copy(file, source)),
  ...extra.map(async (folder) => {
    const from = join(project, folder);
    await Promise.all((await walk(from)).map((file) => copy(file, project)));
  }),
]);
