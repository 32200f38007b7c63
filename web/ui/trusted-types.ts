import { styleNonce } from './theme.ts';

type Policies = {
  createPolicy(name: string, rules: { createHTML(text: string): string | null }): unknown;
};

/**
 * The page may not set HTML from text (`require-trusted-types-for 'script'`), with one exception:
 * text without `<` contains no element, and is how Mantine fills its style elements.
 */
export function guardDocument(): void {
  const scope = globalThis as { trustedTypes?: Policies; __webpack_nonce__?: string };
  scope.trustedTypes?.createPolicy('default', {
    createHTML: (text) => (text.includes('<') ? null : text),
  });
  // Where react-remove-scroll, which dialogs use, looks for the nonce of its styles.
  scope.__webpack_nonce__ = styleNonce();
}
