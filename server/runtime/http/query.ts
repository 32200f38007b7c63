/**
 * Reads a query string into texts and lists of texts. A key that ends in `[]` is a list, as is one
 * that comes several times. Keys that would be special to JavaScript are ordinary here.
 */
export function readQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const isList = name.endsWith('[]');
    const key = isList ? name.slice(0, -2) : name;
    const before = query[key];
    if (before === undefined) query[key] = isList ? [value] : value;
    else if (Array.isArray(before)) before.push(value);
    else query[key] = [before, value];
  }
  return query;
}
