import { SVG_SCRIPT } from '@fleetscope/profiles';
import { createHash } from 'node:crypto';
import { escalationSection } from './escalation.section';
import { findingsSection } from './findings.section';
import { flamesSection } from './flames.section';
import { text, words } from './markup';
import { matrixSection } from './matrix.section';
import { notesSection } from './notes.section';
import { coverageSection, headSection, verdictSection } from './overview.section';
import { type ReportPage } from './report-page';
import { REPORT_STYLE } from './report-style';

/** Coverage before the verdict, the verdict before its details. */
const SECTIONS = [
  coverageSection,
  verdictSection,
  escalationSection,
  matrixSection,
  findingsSection,
  flamesSection,
  notesSection,
];

/**
 * The page loads nothing, and runs nothing but the flame graph's script, which is named by its hash: were text of a host
 * ever taken for markup, it still could do nothing.
 */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(SVG_SCRIPT).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** An investigation as one HTML file that needs nothing else. */
export const reportHtml = (page: ReportPage): string => {
  const { title, createdAt } = page.investigation;
  const sections = SECTIONS.map((of) => of(page)).filter((markup) => markup !== '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${words(`${title}, ${createdAt.slice(0, 10)}`, 200)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
${headSection(page)}
<nav aria-label="${text('Sections')}">${sections.map(link).join('')}</nav>
<main>
${sections.join('\n')}
</main>
</body>
</html>
`;
};

const link = (markup: string): string => {
  const [, id = '', title = ''] = /^<section id="(\w+)"><h2>(.*?)<\/h2>/.exec(markup) ?? [];
  return `<a href="#${id}">${title}</a>`;
};
