import { type Static, Type } from 'typebox';
import { type Authorization, authorizationCode } from '../authorization.ts';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1 });
const count = (description: string, maximum: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, description }));

export const config = Type.Object(
  {
    sandbox: Type.Optional(Type.Boolean({ description: 'Signs in at test.salesforce.com' })),
    api_version: Type.Optional(Type.String({ pattern: '^v?\\d{2,3}\\.0$', default: '65.0' })),
    login_url: Type.Optional(
      Type.String({ pattern: '^https://', description: 'https://example.my.salesforce.com' }),
    ),
    base_url: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description: 'Another place that speaks this API, in place of all addresses',
      }),
    ),
    bulk_read_from: count('Records from which a bulk job reads them; 20000 by default', 1e9),
    bulk_write_from: count(
      'Records of a batch from which a bulk job writes them; 2000 by default',
      1e9,
    ),
    bulk_minutes: Type.Optional(
      Type.Number({
        ...{ exclusiveMinimum: 0, maximum: 1_440 },
        description: 'How long a bulk job may take; 15 by default',
      }),
    ),
    ...ceilings,
  },
  closed,
);

const jwtBearer = Type.Object(
  {
    oauth_flow: Type.Literal('jwt_bearer'),
    consumer_key: text,
    username: Type.Optional(text),
    private_key_id: Type.Optional(text),
    private_key: Type.Optional(text),
  },
  closed,
);

const clientCredentials = Type.Object(
  {
    oauth_flow: Type.Literal('client_credentials'),
    consumer_key: text,
    consumer_secret: text,
  },
  closed,
);

export const credentials = Type.Union([jwtBearer, clientCredentials, authorizationCode]);

// https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm
export const authorization: Authorization = {
  places: (given) => {
    const place = `${placeOf(given)}/services/oauth2`;
    return { authorize: `${place}/authorize`, token: `${place}/token` };
  },
  scopes: ['api', 'refresh_token'],
};

/** Where a person signs in. */
function placeOf({ base_url, login_url, sandbox }: SalesforceConfig): string {
  const common = `https://${sandbox ? 'test' : 'login'}.salesforce.com`;
  return (base_url ?? login_url ?? common).replace(/\/+$/, '');
}

export type SalesforceConfig = Static<typeof config>;
export type SalesforceCredentials = Static<typeof credentials>;

export type SalesforceSettings = {
  readonly version: string;
  readonly loginUrl: URL;
  /** For whom an assertion is meant. */
  readonly audience: string;
  /** In place of the address that signing in answers. */
  readonly instance: URL | undefined;
  readonly bulk: {
    readonly readFrom: number;
    readonly writeFrom: number;
    readonly seconds: number;
  };
  readonly credentials: SalesforceCredentials;
};

/** A key signs in as somebody. */
export function lackOf({ oauth_flow, username }: Settings['credentials']): string | undefined {
  if (oauth_flow !== 'jwt_bearer' || username) return undefined;
  return (
    'The flow jwt_bearer signs in as a user: name it as username with the key (POST /v1/keys), ' +
    'or in the credentials (PATCH /v1/connections/{id}).'
  );
}

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials: secret }: Settings): SalesforceSettings {
  const own = given as SalesforceConfig;
  const signing = secret as SalesforceCredentials;
  const common = `https://${own.sandbox ? 'test' : 'login'}.salesforce.com`;
  const isPlain = own.login_url === undefined && own.base_url === undefined;
  if (signing.oauth_flow === 'client_credentials' && isPlain) {
    const message =
      'The flow client_credentials needs config.login_url: the My Domain address of the org.';
    throw new ConnectorError('configuration', message);
  }
  if (signing.oauth_flow === 'jwt_bearer' && signing.private_key === undefined) {
    const message = 'The flow jwt_bearer needs credentials.private_key_id or private_key.';
    throw new ConnectorError('configuration', message);
  }
  const lacking = lackOf(secret);
  if (lacking) throw new ConnectorError('configuration', lacking);
  const loginUrl = urlOf(own.base_url ?? own.login_url ?? common);
  // Only sites of Experience Cloud are an audience of their own.
  const isSite = own.login_url !== undefined && loginUrl.pathname !== '/';
  return {
    version: own.api_version?.replace('v', '') ?? '65.0',
    loginUrl,
    audience: isSite ? loginUrl.href.replace(/\/$/, '') : common,
    instance: own.base_url === undefined ? undefined : loginUrl,
    bulk: {
      readFrom: own.bulk_read_from ?? 20_000,
      writeFrom: own.bulk_write_from ?? 2_000,
      seconds: (own.bulk_minutes ?? 15) * 60,
    },
    credentials: signing,
  };
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  if (url && url.username === '' && url.password === '' && url.search === '') return url;
  const message = 'config.login_url and base_url must be URLs without a user and parameters.';
  throw new ConnectorError('configuration', message);
}
