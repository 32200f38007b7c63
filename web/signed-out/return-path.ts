/** Where to go after signing in: a path of this site, never another site. */
export function returnPath(given: unknown): string {
  if (typeof given !== 'string' || !given.startsWith('/')) return '/';
  const url = URL.parse(given, location.origin);
  if (!url || url.origin !== location.origin) return '/';
  return url.pathname + url.search + url.hash;
}
