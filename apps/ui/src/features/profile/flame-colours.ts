/** A box's colours. */
export interface BoxColour {
  readonly fill: string;
  readonly text: string;
}

const LIGHT_TEXT = '#e6edf1';
const DARK_TEXT = '#10161b';
const HSL = /^hsl\((\d+(?:\.\d+)?) (\d+(?:\.\d+)?)% (\d+(?:\.\d+)?)%\)$/;

const cache = new Map<string, BoxColour>();

/**
 * The library's colours are made for a light page. On a dark one a kind keeps its hue at a third of the light; a change
 * turns round: what did not change sinks into the page, what changed most shines.
 */
export const boxColour = (colour: string, kind: 'kind' | 'change', isDark: boolean): BoxColour => {
  const key = `${isDark ? 'd' : 'l'}${kind}${colour}`;
  let known = cache.get(key);
  if (!known) {
    known = made(colour, kind, isDark);
    cache.set(key, known);
  }
  return known;
};

const made = (colour: string, kind: 'kind' | 'change', isDark: boolean): BoxColour => {
  const parts = HSL.exec(colour);
  if (!isDark || !parts) return { fill: colour, text: DARK_TEXT };
  const [hue, saturation, lightness] = parts.slice(1).map(Number) as [number, number, number];
  if (kind === 'kind')
    return {
      fill: `hsl(${hue} ${(saturation * 0.62).toFixed(0)}% ${(lightness * 0.52).toFixed(0)}%)`,
      text: LIGHT_TEXT,
    };
  const dark = 26 + (86 - lightness) * 0.9;
  return { fill: `hsl(${hue} ${saturation}% ${dark.toFixed(0)}%)`, text: dark > 46 ? DARK_TEXT : LIGHT_TEXT };
};
