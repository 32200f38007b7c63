import { type Static, Type } from 'typebox';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { HttpSettings } from '../http/config.ts';
import type { HttpCredentials } from '../http/credentials.ts';

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1 });

export const config = Type.Object(
  {
    base_url: Type.String({
      pattern: '^https?://',
      description: 'The root of one OData service; a client as ?sap-client=100',
    }),
    odata_version: Type.Optional(
      Type.Union([Type.Literal('v2'), Type.Literal('v4')], {
        description: 'By default as $metadata says',
      }),
    ),
    timeout_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
    ...ceilings,
  },
  closed,
);

export const credentials = Type.Union([
  Type.Object({ user: text, password: Type.String() }, closed),
  Type.Object(
    {
      token_url: Type.String({ pattern: '^https?://' }),
      client_id: text,
      client_secret: text,
      scope: Type.Optional(Type.String()),
    },
    closed,
  ),
]);

export type Version = 'v2' | 'v4';
export type SapSettings = { readonly version: Version | undefined; readonly http: HttpSettings };

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials: secret }: Settings): SapSettings {
  const { base_url, odata_version, timeout_seconds } = given as Static<typeof config>;
  const url = URL.parse(base_url);
  if (!url || url.username || url.password || url.hash) {
    const message = 'config.base_url must be a URL without a user and a password.';
    throw new ConnectorError('configuration', message);
  }
  const http = {
    config: { base_url, ...(timeout_seconds === undefined ? {} : { timeout_seconds }) },
    credentials: credentialsOf(secret as Static<typeof credentials>),
  };
  return { version: odata_version, http };
}

function credentialsOf(given: Static<typeof credentials>): HttpCredentials {
  return 'user' in given ? { kind: 'basic', ...given } : { kind: 'oauth', ...given };
}
