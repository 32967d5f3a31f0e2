let sheet: CSSStyleSheet | undefined;
const known = new Set<string>();

/**
 * A class whose declarations are made when they are first wanted: a drawing of small parts (a cell's three bars, a row of
 * dots) as the background of one element, where elements of their own would cost thousands of rows their frames.
 */
export const drawnClass = (name: string, declarations: () => string): string => {
  if (!known.has(name)) {
    known.add(name);
    if (!sheet) {
      sheet = new CSSStyleSheet();
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    }
    sheet.insertRule(`.${name} { ${declarations()} }`);
  }
  return name;
};
