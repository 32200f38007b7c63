import { type Static, Type } from 'typebox';
import { type Authorization, authorizationCode } from '../authorization.ts';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

const baseUrlDefault = 'https://slack.com';
const lookbackDaysDefault = 7;
const closed = { additionalProperties: false };

export const config = Type.Object(
  {
    default_channel: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'Where messages go that name no channel: its name or its id',
      }),
    ),
    lookback_days: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3_650,
        description:
          'How old a message may be whose answers and changes are still found as new; ' +
          `${lookbackDaysDefault} by default`,
      }),
    ),
    base_url: Type.Optional(
      Type.String({ pattern: '^https?://', description: `${baseUrlDefault} by default` }),
    ),
    ...ceilings,
  },
  closed,
);

const app = Type.Object(
  {
    token: Type.String({
      minLength: 1,
      pattern: '^[\\x21-\\x7e]+$',
      description: 'The bot token of an app, which begins with xoxb-',
    }),
  },
  closed,
);

export const credentials = Type.Union([app, authorizationCode]);

/** What an app needs to read and write all objects, and what for. */
export const scopesFor = {
  'channels:read': 'public channels are not listed',
  'channels:history': 'messages of public channels are not read',
  'groups:read': 'private channels are not listed',
  'groups:history': 'messages of private channels are not read',
  'users:read': 'users are not read',
  'users:read.email': 'users come without their addresses',
  'chat:write': 'messages are not posted',
} as const;

// https://docs.slack.dev/authentication/installing-with-oauth
export const authorization: Authorization = {
  places: ({ base_url }) => {
    const root = typeof base_url === 'string' ? withoutSlash(base_url) : baseUrlDefault;
    return { authorize: `${root}/oauth/v2/authorize`, token: `${root}/api/oauth.v2.access` };
  },
  scopes: Object.keys(scopesFor),
  scopeSeparator: ',',
};

export type SlackSettings = {
  readonly baseUrl: string;
  /** Undefined: that of whoever has given access. */
  readonly token: string | undefined;
  readonly defaultChannel: string | undefined;
  readonly lookbackSeconds: number;
};

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials: secret }: Settings): SlackSettings {
  const {
    base_url = baseUrlDefault,
    default_channel,
    lookback_days = lookbackDaysDefault,
  } = given as Static<typeof config>;
  const url = URL.parse(base_url);
  if (!url || url.username || url.password || url.search || url.hash) {
    const message = 'config.base_url must be a URL without a user, a password and parameters.';
    throw new ConnectorError('configuration', message);
  }
  return {
    baseUrl: withoutSlash(base_url),
    token: 'token' in secret ? String(secret.token) : undefined,
    defaultChannel: default_channel,
    lookbackSeconds: lookback_days * 86_400,
  };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
