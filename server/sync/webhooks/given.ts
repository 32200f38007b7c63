import { type ToldType, toldTypes } from '../../../contract/sync/catalogue.ts';
import { invalid } from '../../runtime/errors.ts';
import { nearest } from '../conventions/names.ts';

/** What this server says itself of a request, or what would change how it is read. */
const reserved =
  /^(host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|user-agent|heddle-.*|webhook-.*|x-threadsync-.*)$/i;
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The URL in one spelling. @throws AppError 400 that names `url` */
export function urlOf(given: string): string {
  const url = URL.parse(given.trim());
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw invalid('url', 'must be a URL that begins with https:// or http://.', 'format');
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('url', 'must not have a user or password; give them in `headers`.', 'format');
  }
  url.hash = '';
  return url.href;
}

/** The types that an entry of `events` stands for. */
export function typesOf(entry: string): ToldType[] {
  if (!entry.endsWith('.*')) return toldTypes.filter((type) => type === entry);
  return toldTypes.filter((type) => type.startsWith(entry.slice(0, -1)));
}

/** Each once. @throws AppError 400 that names the entry */
export function eventsOf(given: readonly string[]): string[] {
  for (const [at, entry] of given.entries()) {
    if (typesOf(entry).length > 0) continue;
    const near = entryLike(entry);
    const hint =
      near === undefined ? 'GET /v1/webhooks/events lists them.' : `did you mean ${near}?`;
    throw invalid(`events.${at}`, `"${entry}" is no type of event; ${hint}`, 'enum');
  }
  return [...new Set(given)];
}

/** A type is one word here, so that what stands before its dot counts, too. */
function entryLike(entry: string): string | undefined {
  const kinds = new Set(toldTypes.map((type) => `${type.split('.')[0]}.*`));
  const entries = new Map([...toldTypes, ...kinds].map((one) => [asWord(one), one]));
  const [near] = nearest(asWord(entry), [...entries.keys()]);
  return near === undefined ? undefined : entries.get(near);
}

function asWord(entry: string): string {
  return entry.replaceAll('.', '_');
}

/** @throws AppError 400 that names the header */
export function requireHeaders(given: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(given)) {
    const field = `headers.${name}`;
    if (!headerName.test(name)) throw invalid(field, 'is no name of a header.', 'format');
    if (reserved.test(name)) throw invalid(field, 'is set by this server itself.', 'enum');
    if (!headerValue.test(value)) throw invalid(field, 'must be printable Latin-1.', 'format');
  }
}
