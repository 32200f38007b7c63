import { type Static, Type } from 'typebox';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

const closed = { additionalProperties: false };

export const config = Type.Object(
  {
    base_url: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'https://api.hubapi.com by default' }),
    ),
    ...ceilings,
  },
  closed,
);

export const credentials = Type.Object(
  {
    access_token: Type.String({
      minLength: 1,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'The access token of a private app',
    }),
  },
  closed,
);

export type HubspotSettings = { readonly baseUrl: string; readonly accessToken: string };

const baseUrlDefault = 'https://api.hubapi.com';

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials: secret }: Settings): HubspotSettings {
  const { base_url = baseUrlDefault } = given as Static<typeof config>;
  const { access_token } = secret as Static<typeof credentials>;
  const url = URL.parse(base_url);
  if (!url || url.username || url.password || url.search || url.hash) {
    const message = 'config.base_url must be a URL without a user, a password and parameters.';
    throw new ConnectorError('configuration', message);
  }
  return { baseUrl: base_url.replace(/\/+$/, ''), accessToken: access_token };
}
