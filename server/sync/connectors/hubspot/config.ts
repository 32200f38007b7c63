import { type Static, Type } from 'typebox';
import { type Authorization, authorizationCode } from '../authorization.ts';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

const baseUrlDefault = 'https://api.hubapi.com';
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

const privateApp = Type.Object(
  {
    access_token: Type.String({
      minLength: 1,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'The access token of a private app',
    }),
  },
  closed,
);

export const credentials = Type.Union([privateApp, authorizationCode]);

// https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/oauth/oauth-quickstart-guide
export const authorization: Authorization = {
  places: ({ base_url }) => {
    const own = typeof base_url === 'string' ? base_url.replace(/\/+$/, '') : undefined;
    return {
      authorize: `${own ?? 'https://app.hubspot.com'}/oauth/authorize`,
      token: `${own ?? baseUrlDefault}/oauth/v1/token`,
    };
  },
  scopes: [
    'oauth',
    'crm.objects.contacts.read',
    'crm.objects.contacts.write',
    'crm.objects.companies.read',
    'crm.objects.companies.write',
    'crm.objects.deals.read',
    'crm.objects.deals.write',
    'tickets',
  ],
};

export type HubspotSettings = {
  readonly baseUrl: string;
  /** Undefined: that of whoever has given access. */
  readonly accessToken: string | undefined;
};

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials: secret }: Settings): HubspotSettings {
  const { base_url = baseUrlDefault } = given as Static<typeof config>;
  const accessToken = 'access_token' in secret ? String(secret.access_token) : undefined;
  const url = URL.parse(base_url);
  if (!url || url.username || url.password || url.search || url.hash) {
    const message = 'config.base_url must be a URL without a user, a password and parameters.';
    throw new ConnectorError('configuration', message);
  }
  return { baseUrl: base_url.replace(/\/+$/, ''), accessToken };
}
