import { createHash } from 'node:crypto';
import type { Json } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import { type Answer, bodyOf } from './answer.ts';
import type { HttpClient } from './client.ts';
import type { HttpObject } from './config.ts';
import { nextIn, resolveNext } from './links.ts';
import type { Pagination } from './pagination.ts';
import { at } from './paths.ts';
import { type HttpRecord, recordsIn } from './records.ts';

export type HttpPage = {
  readonly records: readonly HttpRecord[];
  /** Asks for the page after this one; undefined: this is the last. */
  readonly next: string | undefined;
};

type Asked = {
  /** What `next` of an earlier page said. */
  readonly from: string | undefined;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};

/** The pages of an object, each asked for when it is wanted. @throws ConnectorError */
export async function* pagesOf(
  client: HttpClient,
  object: HttpObject,
  { from, parameters = {}, signal }: Asked,
): AsyncGenerator<HttpPage> {
  const pagination = object.pagination ?? client.settings.config.pagination ?? { type: 'none' };
  const first = client.urlOf(object.path);
  for (const [name, value] of Object.entries(parameters)) first.searchParams.set(name, value);
  if ('size' in pagination && pagination.size !== undefined) {
    const name = pagination.size_param ?? (pagination.type === 'offset' ? 'limit' : 'page_size');
    first.searchParams.set(name, String(pagination.size));
  }
  const loop = new Loop(object.name);
  let next = from;
  do {
    const url = placeOfPage(client, pagination, first, next);
    const answer = await client.send({ url, signal, ...requestOf(object) });
    const body = bodyOf(answer);
    const records = recordsIn(body, object);
    next = withoutKey(client, nextOf(pagination, { answer, body, records, next }));
    const counts = pagination.type === 'page' || pagination.type === 'offset';
    if (records.length > 0 && counts) loop.refuse(answer.text);
    else if (next !== undefined) loop.refuse(next);
    yield { records, next };
  } while (next !== undefined);
}

function requestOf({ method = 'GET', body }: HttpObject) {
  return { method, ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}) };
}

function placeOfPage(
  client: HttpClient,
  pagination: Pagination,
  first: URL,
  next: string | undefined,
): URL {
  const url = new URL(first);
  switch (pagination.type) {
    case 'none':
      return url;
    case 'page':
      url.searchParams.set(pagination.param ?? 'page', next ?? String(pagination.start ?? 1));
      return url;
    case 'offset':
      url.searchParams.set(pagination.param ?? 'offset', next ?? '0');
      return url;
    case 'cursor':
      if (next !== undefined) url.searchParams.set(pagination.param ?? 'cursor', next);
      return url;
    default:
      return next === undefined ? url : client.requireOwn(URL.parse(next));
  }
}

type Come = {
  answer: Answer;
  body: Json | undefined;
  records: readonly HttpRecord[];
  next: string | undefined;
};

function nextOf(pagination: Pagination, { answer, body, records, next }: Come) {
  switch (pagination.type) {
    case 'none':
      return undefined;
    // An API may give fewer than asked for: only an empty page is the last for certain.
    case 'page':
      return records.length === 0 ? undefined : String(Number(next ?? pagination.start ?? 1) + 1);
    case 'offset':
      return records.length === 0 ? undefined : String(Number(next ?? 0) + records.length);
    case 'cursor':
      return pagination.header === undefined
        ? textOf(at(body, pagination.path ?? 'next_cursor'))
        : textOf(answer.headers.get(pagination.header));
    case 'link':
      return addressOf(nextIn(answer.headers.get('link')), answer);
    case 'next_url':
      return addressOf(textOf(at(body, pagination.path ?? 'next')), answer);
  }
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number') return String(value);
  return JSON.isRawJSON(value) ? value.rawJSON : undefined;
}

function addressOf(text: string | undefined, { url }: Answer): string | undefined {
  return text === undefined ? undefined : (resolveNext(text, url)?.href ?? text);
}

/** A key that an API repeats in its links is a secret still: positions are shown and stored. */
function withoutKey({ settings }: HttpClient, next: string | undefined): string | undefined {
  const { credentials } = settings;
  const url = credentials.kind === 'query' && next !== undefined ? URL.parse(next) : null;
  if (!url || credentials.kind !== 'query') return next;
  url.searchParams.delete(credentials.name);
  return url.href;
}

/** Finds, whatever its length and without keeping everything, what comes round again (Brent, 1980). */
export class Loop {
  readonly #name: string;
  #mark = '';
  #steps = 0;
  #power = 1;

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws ConnectorError when this has come before */
  refuse(text: string): void {
    const seen = createHash('sha256').update(text).digest('base64');
    if (seen === this.#mark) {
      const message = `The pages of "${this.#name}" repeat themselves: look at its pagination.`;
      throw new ConnectorError('configuration', message);
    }
    this.#steps += 1;
    if (this.#steps < this.#power) return;
    this.#mark = seen;
    this.#steps = 0;
    this.#power *= 2;
  }
}
