/** The target of `rel="next"` in a Link header (RFC 8288). */
export function nextIn(header: string | null): string | undefined {
  const link = /<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g;
  for (const [, target, parameters = ''] of (header ?? '').matchAll(link)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]*))/i.exec(parameters);
    const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next')) return target;
  }
  return undefined;
}

/**
 * The address of the next page, as a server wrote it. A plus that is no space of the request before
 * is meant as a plus: many write `+01:00` and tokens without encoding them.
 */
export function resolveNext(text: string, current: URL): URL | null {
  const [address = '', fragment] = text.trim().split('#', 2);
  void fragment;
  const mark = address.indexOf('?');
  if (mark < 0 || !address.includes('+', mark)) return URL.parse(address, current);
  const query = address
    .slice(mark + 1)
    .split('&')
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
      if (!value.includes('+')) return pair;
      const [[own, spaced] = ['', '']] = new URLSearchParams(pair);
      if (current.searchParams.getAll(own).includes(spaced)) return pair;
      return `${name}=${value.replaceAll('+', '%2B')}`;
    });
  return URL.parse(`${address.slice(0, mark)}?${query.join('&')}`, current);
}
