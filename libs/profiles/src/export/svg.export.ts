import { type CallTree } from '../graph/call-tree';
import { type DiffTree } from '../compare/diff';
import { changeColour, kindColour } from '../graph/colour';
import { layout } from '../graph/layout';
import { weightText } from '../words/weight-text';
import { SVG_SCRIPT } from './svg-script';

export interface SvgOptions {
  readonly title: string;
  readonly subtitle?: string;
  /** Pixels. Default 1200. */
  readonly width?: number;
}

const ROW = 17;
const TOP = 58;
const BOTTOM = 34;
/** Boxes narrower than this many pixels are left out; how much that is is said. */
const MIN_PIXELS = 0.3;
const MAX_NAME = 400;

/** Text as XML: markup is escaped, and what XML can't hold at all is shown as a question mark. */
export const xml = (text: string): string =>
  text
    .replace(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      '?',
    )
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

const isDiff = (tree: CallTree | DiffTree): tree is DiffTree => 'before' in tree;

/** A flame graph as one SVG file that needs nothing else: it zooms and searches when opened from a file. */
export const toSvg = (tree: CallTree | DiffTree, options: SvgOptions): string => {
  const width = options.width ?? 1200;
  const boxes = layout(tree, { minWidth: MIN_PIXELS / width });
  const height = TOP + (boxes.maxDepth + 1) * ROW + BOTTOM;
  const lines: string[] = [];
  for (let box = 0; box < boxes.size; box++) {
    const node = boxes.node[box] as number;
    const label = tree.labels[tree.label[node] as number];
    if (!label) continue;
    const name = label.name.length > MAX_NAME ? `${label.name.slice(0, MAX_NAME)}…` : label.name;
    const x = boxes.x[box] as number;
    const w = boxes.width[box] as number;
    const depth = boxes.depth[box] as number;
    const y = height - BOTTOM - (depth + 1) * ROW;
    const fill = isDiff(tree)
      ? changeColour(tree.before[node] as number, tree.after[node] as number)
      : kindColour(label.kind, name);
    const title = isDiff(tree)
      ? `${name}: ${percent(tree.before[node] as number)} before, ${percent(tree.after[node] as number)} after (${signed((tree.after[node] as number) - (tree.before[node] as number))} points)`
      : `${name}${label.module === null ? '' : ` (${label.module})`}: ${weightText(tree.total[node] as number, tree.unit)}, ${percent(w)}`;
    lines.push(
      `<g class="f" data-x="${x.toFixed(9)}" data-w="${w.toFixed(9)}" data-d="${depth}" data-n="${xml(name)}"><title>${xml(title)}</title><rect x="${(x * width).toFixed(1)}" y="${y}" width="${Math.max(0.2, w * width - 0.4).toFixed(1)}" height="${ROW - 1}" rx="1" fill="${fill}"/><text x="${(x * width + 3).toFixed(1)}" y="${y + 12}"></text></g>`,
    );
  }
  const subtitle = options.subtitle ?? '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" data-w="${width}" role="img" aria-label="${xml(options.title)}">
<style>svg{background:#fff;font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}text{fill:#14161a}.t{font:600 15px system-ui,sans-serif}.s{font:12px system-ui,sans-serif;fill:#555}.b{font:12px system-ui,sans-serif;fill:#1f5fd0;cursor:pointer}.f{cursor:pointer}.f:hover rect,.f:focus rect{stroke:#14161a}.f:focus{outline:none}.f text{pointer-events:none}rect.hit{fill:#d6219b}@media(prefers-color-scheme:dark){svg{background:#14161a}.t,.s{fill:#d9dce1}.b{fill:#8ab4ff}}</style>
<text class="t" x="8" y="20">${xml(options.title)}</text><text class="s" x="8" y="38">${xml(subtitle)}</text>
<text class="b search" x="${width - 130}" y="20" tabindex="0" role="button">Search</text><text class="b reset" x="${width - 70}" y="20" tabindex="0" role="button">Reset zoom</text>
${lines.join('\n')}
<text class="s info" x="8" y="${height - 12}"></text><text class="s found" x="${width - 130}" y="${height - 12}"></text>
<script><![CDATA[${SVG_SCRIPT}]]></script>
</svg>
`;
};

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;
const signed = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(2)}`;
