import { type Static, Type } from 'typebox';
import { matchName } from '../../conventions/names.ts';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { HttpCredentials } from './credentials.ts';
import { pagination } from './pagination.ts';

const closed = { additionalProperties: false };
const method = Type.Union([Type.Literal('POST'), Type.Literal('PUT'), Type.Literal('PATCH')]);

const write = Type.Object(
  {
    method: Type.Optional(method),
    path: Type.Optional(
      Type.String({ description: 'Fields in braces are those of the record: /contacts/{id}' }),
    ),
    body: Type.Optional(Type.Union([Type.Literal('record'), Type.Literal('list')])),
    member: Type.Optional(
      Type.String({ description: 'The member of the body that holds the record or the list' }),
    ),
    size: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    results: Type.Optional(
      Type.String({ description: 'Where the answer to a list has a result for each record' }),
    ),
  },
  closed,
);

const object = Type.Object(
  {
    path: Type.String(),
    method: Type.Optional(Type.Union([Type.Literal('GET'), Type.Literal('POST')])),
    body: Type.Optional(Type.Unknown({ description: 'Sent with a POST' })),
    records: Type.Optional(
      Type.String({
        description:
          'Where the records stand: data.items, or $ for the body. By default the body, or its only array',
      }),
    ),
    key: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
    cursor_field: Type.Optional(Type.String()),
    cursor_param: Type.Optional(
      Type.String({ description: 'The parameter that asks for what is new since a value' }),
    ),
    fields: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'All fields with their types. By default those of the first page',
      }),
    ),
    pagination: Type.Optional(pagination),
    write: Type.Optional(write),
    upsert: Type.Optional(write),
    update: Type.Optional(write),
    delete: Type.Optional(Type.Object({ path: Type.Optional(Type.String()) }, closed)),
  },
  closed,
);

export const config = Type.Object(
  {
    base_url: Type.String({ pattern: '^https?://', description: 'https://api.example.com/v1' }),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Sent with every request. Secrets belong in the credentials',
      }),
    ),
    objects: Type.Optional(Type.Record(Type.String(), object)),
    pagination: Type.Optional(pagination),
    allowed_hosts: Type.Optional(
      Type.Array(Type.String(), { description: 'Other hosts that next pages may be at' }),
    ),
    check_path: Type.Optional(Type.String()),
    idempotency_header: Type.Optional(Type.String({ default: 'Idempotency-Key' })),
    timeout_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
    ...ceilings,
  },
  closed,
);

export type HttpConfig = Static<typeof config>;
export type HttpWrite = Static<typeof write>;
export type HttpObject = Static<typeof object> & { readonly name: string };
export type HttpSettings = { readonly config: HttpConfig; readonly credentials: HttpCredentials };

const reserved =
  /^(authorization|proxy-authorization|cookie|host|content-length|connection|transfer-encoding|upgrade|te|trailer|keep-alive|expect)$/i;

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials }: Settings): HttpSettings {
  const own = given as HttpConfig;
  const url = URL.parse(own.base_url);
  if (!url || url.username || url.password) {
    const message = 'config.base_url must be a URL without a user and a password.';
    throw new ConnectorError('configuration', message);
  }
  const header = Object.keys(own.headers ?? {}).find((name) => reserved.test(name));
  if (header !== undefined) {
    throw new ConnectorError('configuration', `config.headers must not have "${header}".`);
  }
  return { config: own, credentials: credentials as HttpCredentials };
}

/** What is configured under a name, or the path itself. */
export function objectOf({ objects = {} }: HttpConfig, name: string): HttpObject {
  const found = matchName(Object.keys(objects), name);
  const own = found === undefined ? undefined : objects[found];
  return own && found !== undefined ? { ...own, name: found } : { name, path: name };
}

export function keyOf({ key = [] }: HttpObject): string[] {
  return [key].flat();
}
