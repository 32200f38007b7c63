import { pages } from '../../contract/platform/pages.ts';

/** The path of the sign-in page, which leads back to `href`. */
export function signInPath(href: string): string {
  return `${pages.outside.signIn}?${new URLSearchParams({ return: href })}`;
}
