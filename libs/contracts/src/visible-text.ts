/**
 * Text of a host as it may be shown: never interpreted, and nothing in it unseen. Control characters become their
 * pictures (ESC → ␛), and the marks that reorder a line (Trojan Source, CVE-2021-42574) become a visible box.
 */
export const visibleText = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b-\u001f]/g, (control) => String.fromCharCode(0x2400 + control.charCodeAt(0)))
    .replace(/\u007f/g, '\u2421')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '\u25af');

/** Lines as the parsers number them: 1-based, without the empty rest after the last line end. */
export const linesOf = (text: string): string[] => {
  const lines = text.split('\n').map((line) => visibleText(line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  return lines;
};
