import { pages } from '../../contract/platform/pages.ts';

/** Where to sign in, and come back from. */
export function signInPath(href: string): string {
  return `${pages.outside.signIn}?${new URLSearchParams({ return: href })}`;
}
