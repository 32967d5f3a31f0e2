import { excerptOf, lineRanges } from '@fleetscope/contracts';
import { amount, leftOut, mark, plural, section, text, words } from './markup';
import { type Excerpt, type HostFinding, type ReportPage, type RuleFindings } from './report-page';

const MAX_LINE = 500;
const MAX_INSTANCE = 120;

/** Rule by rule: where it was found, by how much, and the lines that say so with the command that printed them. */
export const findingsSection = ({ findings }: ReportPage): string => {
  const count = findings.reduce((sum, { found, more }) => sum + found.length + more, 0);
  if (count === 0) return section('findings', 'Findings', '<p>There are none.</p>');
  return section(
    'findings',
    `Findings (${count.toLocaleString('en-GB')}, by ${plural(findings.length, 'rule')})`,
    findings.map(ofRule).join('\n'),
  );
};

const ofRule = ({ rule, title, why, severity, found, more }: RuleFindings): string =>
  `<article><h3>${mark(severity)} ${words(title, 200)} <code>${text(rule)}</code></h3>
<p class="dim">${words(why)}</p>
<div class="scroll"><table><thead><tr><th></th><th>host</th><th>instance</th><th>what was found</th><th class="n">value</th><th class="n">threshold</th></tr></thead><tbody>
${found.map(row).join('\n')}
</tbody></table></div>${leftOut(more, 'finding')}
${found.flatMap(({ host, excerpts }) => excerpts.map((excerpt) => excerptBlock(host, excerpt))).join('\n')}
</article>`;

const row = ({ host, severity, instance, text: said, value, unit, threshold }: HostFinding): string =>
  `<tr><td>${mark(severity)}</td><td>${text(host)}</td><td>${words(instance ?? '', MAX_INSTANCE)}</td><td>${words(said)}</td><td class="n">${text(amount(value, unit))}</td><td class="n">${text(amount(threshold, unit))}</td></tr>`;

const excerptBlock = (host: string, { step, command, cited, lines }: Excerpt): string => {
  const where = cited.length === 0 ? '' : ` · ${cited.length === 1 ? 'line' : 'lines'} ${lineRanges(cited)}`;
  const caption = `<figcaption>${text(host)} · <code>${words(command ?? step, 200)}</code>${text(where)}</figcaption>`;
  if (lines === null) return `<figure>${caption}<p class="dim">The output is not kept any more.</p></figure>`;
  const parts = excerptOf(lines, cited.length > 0 ? cited : [1, 2, 3, 4, 5], cited.length > 0 ? 1 : 0);
  const printed = parts.map((part) =>
    part.kind === 'gap'
      ? `<span class="dim">      ⋮ ${plural(part.lines, 'line')}</span>`
      : `<span class="${part.marked ? 'hit' : ''}">${part.marked ? '▸' : ' '}${String(part.number).padStart(5)}  ${words(part.text, MAX_LINE)}</span>`,
  );
  return `<figure>${caption}<pre>${printed.join('\n')}</pre></figure>`;
};
