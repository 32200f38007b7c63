import type { Endpoint } from '../../../../contract/endpoint.ts';

/** Whether it answers only when something happens. */
export function waits({ query }: Endpoint): boolean {
  return 'wait_seconds' in (query?.properties ?? {});
}

/** Dots, nothing and blanks at its end would make another path of it. */
export function segmentOf(value: unknown): string {
  const text = (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed();
  return /^\.{0,2} *$/.test(text) ? 'dots' : encodeURIComponent(text);
}

/** Of whatever an object holds. */
export function queryOf(query: unknown): string {
  if (query === undefined) return '';
  if (typeof query !== 'object' || query === null) return `?${segmentOf(query)}`;
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [
      Array.isArray(value) ? `${name}[]` : name,
      typeof one === 'string' ? one : (JSON.stringify(one) ?? ''),
    ]),
  );
  return `?${new URLSearchParams(pairs)}`;
}
