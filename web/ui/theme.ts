import {
  type BadgeProps,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  type ModalProps,
  type TooltipProps,
} from '@mantine/core';

/** The accent: a quiet teal. */
const loom: MantineColorsTuple = [
  '#eef8f7',
  '#d9edeb',
  '#b0dbd7',
  '#83c8c2',
  '#5fb7b0',
  '#45a79f',
  '#2f8f88',
  '#1f7771',
  '#16605b',
  '#0d4542',
];

const gray: MantineColorsTuple = [
  '#f7f8f8',
  '#f0f2f2',
  '#e5e8e9',
  '#d8dddf',
  '#c3cacd',
  '#9aa4a9',
  '#737e84',
  '#535d63',
  '#363e43',
  '#1f262a',
];

// Darker than Mantine's from the sixth on: white text on it has a contrast of 5.5.
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#fa5252',
  '#e03131',
  '#c92a2a',
  '#b02525',
  '#962020',
];

const dark: MantineColorsTuple = [
  '#dfe3e5',
  '#c2c9cc',
  '#9ca5a9',
  '#6f7a7f',
  '#454d52',
  '#363d41',
  '#2a3034',
  '#1b1f22',
  '#171a1d',
  '#121517',
];

// Not `system-ui`: where that is DejaVu Sans (Debian), it is far too wide.
const fonts =
  '-apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", ' +
  'Ubuntu, Cantarell, "Liberation Sans", Arial, sans-serif, "Apple Color Emoji", ' +
  '"Segoe UI Emoji", "Noto Color Emoji"';

export const theme = createTheme({
  colors: { loom, gray, red, dark },
  primaryColor: 'loom',
  primaryShade: 7,
  black: '#1a2024',
  fontFamily: fonts,
  fontFamilyMonospace: 'ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.35' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.45' },
    },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Badge: defaults<BadgeProps>({ variant: 'light', tt: 'none', fw: 600 }),
    Modal: defaults<ModalProps>({
      centered: true,
      overlayProps: { blur: 2 },
      closeButtonProps: { 'aria-label': 'Close' },
      styles: { title: { fontSize: 'var(--mantine-font-size-lg)', fontWeight: 650 } },
    }),
    Tooltip: defaults<TooltipProps>({ openDelay: 400, withArrow: true }),
  },
});

/** As `Modal.extend` does, without its code: not every page has dialogs. */
function defaults<Props extends object>(props: Partial<Props>) {
  return { defaultProps: props };
}

/** Dimmed text and errors that are readable on every background (WCAG AA). */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a656b',
    '--mantine-color-placeholder': '#6b767c',
    '--mantine-color-error': '#c0342b',
    '--heddle-ring': '#1f7771',
    '--heddle-side': '#f4f6f6',
    '--heddle-line': '#e2e6e7',
    '--heddle-hover': 'rgb(20 40 45 / 5%)',
    '--heddle-chosen': 'rgb(31 119 113 / 13%)',
    '--heddle-chosen-text': '#0d4542',
  },
  dark: {
    '--mantine-color-dimmed': '#a3adb2',
    '--mantine-color-placeholder': '#8d979c',
    '--mantine-color-error': '#ff8f87',
    '--heddle-ring': '#5fb7b0',
    '--heddle-side': '#16191b',
    '--heddle-line': '#2a3034',
    '--heddle-hover': 'rgb(255 255 255 / 5%)',
    '--heddle-chosen': 'rgb(95 183 176 / 17%)',
    '--heddle-chosen-text': '#b0dbd7',
  },
});

/**
 * The nonce that the server allows our styles by (Content-Security-Policy); each page has a new
 * one.
 */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
}
