import { readExactly } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';

const upstreamCharactersMax = 300;
/** From here on a text stands for nothing else, wherever it is found. */
const distinctLength = 8;

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly url: URL;
  /** The address as it may be shown. */
  readonly place: string;
};

/** Undefined for nothing at all. @throws ConnectorError for what is no JSON */
export function bodyOf({ text, place }: Answer): Json | undefined {
  if (text.trim() === '') return undefined;
  const body = readExactly(text.replace(/^\uFEFF/, ''));
  if (body !== undefined) return body;
  throw new ConnectorError('configuration', `${place} did not answer JSON.`);
}

/** Reads a body that may be large, but not without end. @throws ConnectorError */
export async function readBody(
  response: Response,
  place: string,
  bytesMax: number,
): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > bytesMax) {
      const message = `${place} answers more than ${bytesMax >> 20} MiB: ask for smaller pages.`;
      throw new ConnectorError('configuration', message);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

/** Why a request was refused; `secrets` are taken out of what the system said. */
export function refusalOf(
  { status, text, place }: Answer,
  secrets: readonly string[],
  { retryAfter, isOfObject }: { retryAfter: number | undefined; isOfObject: boolean },
): ConnectorError {
  const upstream = hide(text.slice(0, upstreamCharactersMax * 4), secrets);
  const more = {
    ...(upstream === '' ? {} : { upstream: upstream.slice(0, upstreamCharactersMax) }),
    ...(retryAfter === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfter) }),
  };
  if (status >= 500 || status === 429 || status === 408 || status === 425) {
    return new ConnectorError('retry', `${place} cannot answer just now (${status}).`, more);
  }
  if (status >= 300 && status < 400) {
    const message = `${place} leads to another address (${status}): give that one instead.`;
    return new ConnectorError('configuration', message);
  }
  const said = reasons[status] ?? 'refuses the request';
  const kind = isOfObject && (status === 404 || status === 410) ? 'missing' : 'configuration';
  return new ConnectorError(kind, `${place} ${said} (${status}).`, more);
}

const reasons: Readonly<Record<number, string>> = {
  401: 'does not accept the credentials',
  403: 'does not allow this with these credentials',
  404: 'is not there',
  405: 'does not know this method',
  410: 'is there no more',
};

/** An address as it may be shown: what follows the path may hold a secret. */
export function placeOf(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** What a system said, without the secrets that it was given: short ones where they are a whole word. */
export function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(patternOf(secret), '***'), text);
}

function patternOf(secret: string): string | RegExp {
  if (secret.length >= distinctLength) return secret;
  return new RegExp(`(?<![\\p{L}\\p{N}])${RegExp.escape(secret)}(?![\\p{L}\\p{N}])`, 'gu');
}
