/**
 * Reads a query string into texts and lists of texts. A key that ends in `[]`, or in `[0]`, `[1]` and
 * so on, is a list, as is one that comes several times. Keys that would be special to JavaScript are
 * ordinary here.
 */
export function readQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const [, listed] = listName.exec(name) ?? [];
    const key = listed ?? name;
    const before = query[key];
    if (before === undefined) query[key] = listed === undefined ? value : [value];
    else if (Array.isArray(before)) before.push(value);
    else query[key] = [before, value];
  }
  return query;
}

/** As PHP, qs, axios, jQuery and others write lists. */
const listName = /^(.+)\[\d{0,9}\]$/s;

type Schema = { properties?: Record<string, { type?: unknown; items?: { anyOf?: object[] } }> };

/** Lists of words may also come as one text with commas between them, as OpenAPI has it. */
export function splitLists(schema: Schema, query: unknown): void {
  for (const [name, { type, items }] of Object.entries(schema.properties ?? {})) {
    const isOfWords = type === 'array' && items?.anyOf?.every((one) => 'const' in one);
    const given = (query as Record<string, unknown>)[name];
    if (!isOfWords || given === undefined) continue;
    (query as Record<string, unknown>)[name] = [given].flat().flatMap(split);
  }
}

function split(value: unknown): unknown[] {
  return typeof value === 'string' ? value.split(',') : [value];
}
