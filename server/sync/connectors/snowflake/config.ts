import { createPrivateKey } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1 });

export const config = Type.Object(
  {
    account: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
      description: 'The account identifier, as in myorganization-myaccount',
    }),
    warehouse: Type.Optional(Type.String({ description: "The user's default one without it" })),
    database: text,
    schema: Type.Optional(
      Type.String({ minLength: 1, description: 'Of names that name none; PUBLIC by default' }),
    ),
    role: Type.Optional(Type.String({ description: "The user's default one without it" })),
    base_url: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description: 'https://<account>.snowflakecomputing.com by default',
      }),
    ),
    ...ceilings,
  },
  closed,
);

export const credentials = Type.Object(
  {
    user: text,
    private_key_id: Type.Optional(text),
    private_key: Type.Optional(text),
  },
  closed,
);

export type SnowflakeSettings = {
  readonly url: string;
  readonly account: string;
  readonly warehouse: string | undefined;
  readonly database: string;
  readonly schema: string;
  readonly role: string | undefined;
  readonly user: string;
  readonly privateKey: string;
};

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials: secret }: Settings): SnowflakeSettings {
  const own = given as Static<typeof config>;
  const { user, private_key } = secret as Static<typeof credentials>;
  const base = own.base_url ?? `https://${own.account.replaceAll('_', '-')}.snowflakecomputing.com`;
  const url = URL.parse(base);
  if (!url || url.username || url.password || url.search || url.hash) {
    const message = 'config.base_url must be a URL without a user, a password and parameters.';
    throw new ConnectorError('configuration', message);
  }
  if (private_key === undefined) {
    const message = 'Snowflake needs credentials.private_key_id or private_key.';
    throw new ConnectorError('configuration', message);
  }
  return {
    url: base.replace(/\/+$/, ''),
    account: own.account,
    warehouse: own.warehouse,
    database: own.database,
    schema: own.schema ?? 'PUBLIC',
    role: own.role,
    user,
    privateKey: privateKeyOf(private_key),
  };
}

/** As the driver reads it. */
function privateKeyOf(pem: string): string {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') {
      return key.export({ type: 'pkcs8', format: 'pem' }).toString();
    }
  } catch {}
  const message = 'The private key must be an RSA key in PEM that is not encrypted.';
  throw new ConnectorError('configuration', message);
}
