import { createTheme, type CSSVariablesResolver, type MantineColorsTuple, Modal } from '@mantine/core';

// Mantine draws fields and their edges from this scale in the dark scheme.
const dark: MantineColorsTuple = [
  '#dfe6eb',
  '#c2ccd3',
  '#8d9ca8',
  '#74848f',
  '#303c46',
  '#222b33',
  '#10161b',
  '#0e1216',
  '#0b0f12',
  '#080b0d',
];

// One accent for what can be pressed; index 4 is the dark scheme's shade, 7 the light scheme's.
const accent: MantineColorsTuple = [
  '#eaf4fc',
  '#d3e7f8',
  '#a6d0f0',
  '#7cbceb',
  '#5aa9e6',
  '#4a9bdb',
  '#3589cb',
  '#1b6ca9',
  '#155f98',
  '#0c4a7a',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 4 },
  colors: { accent, dark },
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { xs: '11px', sm: '13px', md: '13px', lg: '14px', xl: '16px' },
  defaultRadius: 6,
  autoContrast: true,
  respectReducedMotion: true,
  components: {
    // Its cross is a picture.
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } }),
  },
});

/** Mantine's surfaces take our tokens, so that both schemes are written down once (theme.css). */
const surfaces = {
  '--mantine-color-body': 'var(--panel)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--dim)',
  '--mantine-color-default': 'var(--panel)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--line2)',
  '--mantine-color-placeholder': 'var(--faint)',
  '--mantine-color-error': 'var(--crit)',
  '--mantine-color-anchor': 'var(--info)',
};
export const cssVariablesResolver: CSSVariablesResolver = () => ({ variables: {}, light: surfaces, dark: surfaces });
