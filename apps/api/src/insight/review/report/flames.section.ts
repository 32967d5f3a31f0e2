import { leftOut, plural, section, text, words } from './markup';
import { type Flame, type ReportPage } from './report-page';

/** The stacks of each step, all hosts merged; empty when none were taken. */
export const flamesSection = ({ flames, moreFlames }: ReportPage): string =>
  flames.length === 0
    ? ''
    : section(
        'flames',
        'Flame graphs',
        `<p class="dim">Width is the share of the whole, each host weighing the same. Click zooms, Esc resets.</p>
${flames.map(flame).join('\n')}
${leftOut(moreFlames, 'step')}`,
      );

const flame = ({ title, hosts, moreHosts, sentences, svg }: Flame): string =>
  `<article class="flame"><h3>${words(title, 200)} <span class="dim">${text(plural(hosts, 'host'))}</span></h3>
${sentences.map((sentence) => `<p>${words(sentence)}</p>`).join('\n')}
<div class="scroll">${svg}</div>${leftOut(moreHosts, 'host')}</article>`;
