import { type Static, Type } from 'typebox';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { HttpSettings } from '../http/config.ts';
import type { HttpCredentials } from '../http/credentials.ts';

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1 });

const report = Type.Object(
  {
    owner: Type.String({ minLength: 1, description: 'As it stands in the address of the report' }),
    name: Type.String({ minLength: 1, description: 'As it stands in the address of the report' }),
    prompts: Type.Optional(
      Type.Record(text, Type.String(), {
        description: 'What the report asks for: {"Organization!WID": "…"}',
      }),
    ),
    key: Type.Optional(Type.Union([text, Type.Array(text)])),
    cursor: Type.Optional(
      Type.Object(
        {
          field: Type.String({ minLength: 1, description: 'When an entry was changed' }),
          prompt: Type.Optional(
            Type.String({ description: 'The prompt for what was changed since a date or time' }),
          ),
        },
        closed,
      ),
    ),
    fields: Type.Optional(
      Type.Record(text, Type.String(), {
        description: 'Types of fields that the report describes otherwise, or not at all',
      }),
    ),
  },
  closed,
);

export const config = Type.Object(
  {
    base_url: Type.String({
      pattern: '^https?://',
      description: 'The host of the tenant: https://wd2-impl-services1.workday.com',
    }),
    tenant: Type.String({ minLength: 1, pattern: '^[\\w.-]+$' }),
    reports: Type.Optional(
      Type.Array(report, { description: 'Reports that are enabled as web services' }),
    ),
    include_terminated_workers: Type.Optional(Type.Boolean()),
    timeout_seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 300 })),
    ...ceilings,
  },
  closed,
);

export const credentials = Type.Union([
  Type.Object({ user: text, password: Type.String() }, closed),
  Type.Object({ client_id: text, client_secret: text, refresh_token: Type.Optional(text) }, closed),
]);

type WorkdayConfig = Static<typeof config>;
export type ReportConfig = Static<typeof report>;
export type WorkdaySettings = {
  readonly config: WorkdayConfig;
  readonly reports: readonly ReportConfig[];
  /** The REST API knows tokens only. */
  readonly hasToken: boolean;
  readonly http: HttpSettings;
};

/** @throws ConnectorError */
export function settingsOf({ config: given, credentials: secret }: Settings): WorkdaySettings {
  const own = given as WorkdayConfig;
  const { base_url, timeout_seconds, tenant, reports = [] } = own;
  const url = URL.parse(base_url);
  if (!url || url.username || url.password || url.search || url.hash) {
    const message = 'config.base_url must be a URL without a user, a password and parameters.';
    throw new ConnectorError('configuration', message);
  }
  const names = reports.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    const message = `config.reports has two reports "${twice}": make another connection for one of them.`;
    throw new ConnectorError('configuration', message);
  }
  const tokenUrl = `${base_url.replace(/\/+$/, '')}/ccx/oauth2/${tenant}/token`;
  const http = {
    config: { base_url, ...(timeout_seconds === undefined ? {} : { timeout_seconds }) },
    credentials: credentialsOf(secret as Static<typeof credentials>, tokenUrl),
  };
  return { config: own, reports, hasToken: 'client_id' in secret, http };
}

function credentialsOf(given: Static<typeof credentials>, token_url: string): HttpCredentials {
  return 'user' in given ? { kind: 'basic', ...given } : { kind: 'oauth', token_url, ...given };
}
