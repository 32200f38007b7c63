import { readExactly } from '../../values/exact-json.ts';
import { ConnectorError, type FaultKind } from '../failure.ts';

const saidMax = 300;

/** What the API answered in place of what was asked for. */
export type Said = { readonly status: number; readonly code: string; readonly message: string };

const ofMoment = [
  'REQUEST_LIMIT_EXCEEDED',
  'QUERY_TIMEOUT',
  'INVALID_QUERY_LOCATOR',
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
];

/** With what the API said, for whoever can do something about it. */
export class ApiRefusal extends ConnectorError {
  readonly said: Said;

  constructor(kind: FaultKind, message: string, said: Said, more: { upstream?: string }) {
    super(kind, message, more);
    this.said = said;
  }
}

/** Of an error of the vendor's client, which was told to leave bodies as they are. */
export function saidIn(error: unknown): Said | undefined {
  const { errorCode, message } = (error ?? {}) as { errorCode?: unknown; message?: unknown };
  const status = /^ERROR_HTTP_(\d{3})$/.exec(String(errorCode))?.[1];
  if (status === undefined) return undefined;
  const [first] = [readExactly(String(message)) ?? {}].flat() as Record<string, unknown>[];
  return {
    status: Number(status),
    code: String(first?.errorCode ?? ''),
    message: String(first?.message ?? ''),
  };
}

/** Whose fault it is; `secrets` are taken out of what the system said. */
export function refusalOf(said: Said, place: string, secrets: readonly string[]): ApiRefusal {
  const { status, code, message } = said;
  const plain = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), message);
  const upstream = plain.slice(0, saidMax);
  const shown = code === '' ? String(status) : `${status}, ${code}`;
  const more = upstream === '' ? {} : { upstream };
  return new ApiRefusal(kindOf(said), `${place} ${reasonOf(said)} (${shown}).`, said, more);
}

function kindOf({ status, code }: Said): FaultKind {
  if (ofMoment.includes(code)) return 'retry';
  if (status === 414 || status === 431) return 'request';
  return status === 404 || code === 'INVALID_TYPE' ? 'missing' : 'configuration';
}

function reasonOf({ status, code }: Said): string {
  if (code === 'REQUEST_LIMIT_EXCEEDED') return 'has no requests left for now';
  if (status === 401) return 'does not accept the credentials';
  if (status === 403) return 'does not allow this to the user of the connection';
  if (status === 404) return 'is not there';
  if (status === 414 || status === 431) return 'is asked for too many fields at once';
  return 'refuses the request';
}
