import { callTree, functionsOf } from '../graph/call-tree';
import { type HeatMap, heatMap } from '../graph/heat-map';
import { type Profile } from '../model/profile';
import { offCpuSplit } from '../words/off-cpu';
import { shapeOf } from '../words/shape';
import { symbolQuality } from '../words/symbol-quality';
import { weightText } from '../words/weight-text';
import { toSvg, xml } from './svg.export';

const MAX_FUNCTIONS = 40;
const MAX_NAME = 200;

const STYLE = `:root{color-scheme:light dark;--line:#d9dce1;--dim:#5b626d;--bg:#fff;--fg:#14161a;--heat:31,95,208}
@media(prefers-color-scheme:dark){:root{--line:#2c313a;--dim:#9aa3b0;--bg:#14161a;--fg:#e6e8eb;--heat:138,180,255}}
body{margin:0 auto;max-width:1240px;padding:24px 20px 60px;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:28px 0 8px}p{margin:4px 0}.dim{color:var(--dim)}
table{border-collapse:collapse;width:100%;font-size:13px}th,td{padding:3px 10px 3px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
th.n,td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}code{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.scroll{overflow-x:auto}.heat{display:block;width:100%;height:auto;border:1px solid var(--line)}.heat rect{fill:rgb(var(--heat))}`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const short = (text: string): string => (text.length > MAX_NAME ? `${text.slice(0, MAX_NAME)}…` : text);

/**
 * A profile as one HTML page that needs nothing else: what it is, its shape in words, a flame graph that zooms and
 * searches, the heat map of its window, and the heaviest functions. Names are text wherever they stand.
 */
export const toHtml = (profile: Profile, title: string): string => {
  const tree = callTree(profile);
  const sentences = [...shapeOf(tree).sentences, ...symbolQuality(profile).causes];
  const facts = [
    `${profile.type}, ${weightText(tree.weight, profile.unit)}`,
    ...(profile.idle > 0 ? [`idle ${weightText(profile.idle, profile.unit)}`] : []),
    ...(profile.frequency === null ? [] : [`${profile.frequency} samples a second and CPU`]),
    ...(profile.durationMs === null ? [] : [`${(profile.durationMs / 1000).toFixed(1)} s`]),
    ...(profile.startedAt === null ? [] : [new Date(profile.startedAt).toISOString()]),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${xml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${xml(title)}</h1>
<p class="dim">${xml(facts.join(' · '))}</p>
${sentences.map((sentence) => `<p>${xml(sentence)}</p>`).join('\n')}
${waitsSection(profile)}<h2>Flame graph</h2>
<p class="dim">Width is the share of the whole. Click zooms, Ctrl+F searches, Esc resets.</p>
<div class="scroll">${svgElement(toSvg(callTree(profile, { root: 'command' }), { title }))}</div>
${heatSection(profile)}<h2>Functions</h2>
<div class="scroll"><table><thead><tr><th class="n">self</th><th class="n">total</th><th>function</th><th>module</th></tr></thead><tbody>
${functionRows(tree)}
</tbody></table></div>
</body>
</html>
`;
};

/** Inside a page there is no XML declaration. */
export const svgElement = (svg: string): string => svg.replace(/^<\?xml[^>]*\?>\s*/, '');

const functionRows = (tree: ReturnType<typeof callTree>): string =>
  tree.weight === 0
    ? '<tr><td colspan="4">There are no samples.</td></tr>'
    : functionsOf(tree)
        .slice(0, MAX_FUNCTIONS)
        .map(({ label, self, total }) => {
          const { name = '?', module = null } = tree.labels[label] ?? {};
          return `<tr><td class="n">${percent(self / tree.weight)}</td><td class="n">${percent(total / tree.weight)}</td><td><code>${xml(short(name))}</code></td><td class="dim">${xml(short(module ?? ''))}</td></tr>`;
        })
        .join('\n');

const waitsSection = (profile: Profile): string => {
  if (profile.type !== 'off-cpu') return '';
  const rows = offCpuSplit(profile)
    .filter(({ weight }) => weight > 0)
    .map(
      ({ wait, weight, share }) =>
        `<tr><td>${xml(wait)}</td><td class="n">${percent(share)}</td><td class="n">${xml(weightText(weight, profile.unit))}</td></tr>`,
    );
  return `<h2>Waits</h2>
<table><thead><tr><th>wait</th><th class="n">share</th><th class="n">time</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table>
`;
};

const CELL = 6;

const heatSection = (profile: Profile): string => {
  if (profile.samples.size === 0 || profile.samples.time.some(Number.isNaN)) return '';
  const map = heatMap(profile);
  return `<h2>Samples over time</h2>
<p class="dim">A column is a second, from left to right; a row a fiftieth of it, from the bottom up. Darker is more; the most is ${xml(weightText(map.max, profile.unit))}.</p>
${heatSvg(map)}
`;
};

const heatSvg = ({ columns, rows, values, max }: HeatMap): string => {
  const cells: string[] = [];
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) {
      const value = values[column * rows + row] as number;
      if (value > 0)
        cells.push(
          `<rect x="${column * CELL}" y="${(rows - 1 - row) * 2}" width="${CELL - 1}" height="2" opacity="${(0.15 + (0.85 * value) / max).toFixed(2)}"/>`,
        );
    }
  return `<svg class="heat" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${columns * CELL} ${rows * 2}" preserveAspectRatio="none" style="max-height:220px" role="img" aria-label="Samples over time, ${columns} seconds">${cells.join('')}</svg>`;
};
