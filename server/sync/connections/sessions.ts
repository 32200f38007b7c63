import { join } from 'node:path';
import type { Config } from '../../runtime/config.ts';
import type { Database, Db, Wall } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { closeAll } from '../connectors/closing.ts';
import type { RequestLimit, Session } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { GuardedOutside } from '../connectors/outside.ts';
import { contextOf as contextOfKey, selectPrivateKey } from '../keys/store.ts';
import { Leases } from './ceilings/leases.ts';
import { Turns } from './ceilings/turns.ts';
import { Windows } from './ceilings/windows.ts';
import type { Providers } from './providers.ts';
import { type ConnectionRow, contextOf } from './store.ts';

type Services = {
  config: Config;
  database: Database;
  keyring: Keyring;
  providers: Providers;
  log: Log;
};

export type Credentials = Record<string, unknown>;

/** Opens connections: the only place where credentials are in the clear. */
export class Sessions {
  readonly #services: Services;

  constructor(services: Services) {
    this.#services = services;
  }

  get providers(): Providers {
    return this.#services.providers;
  }

  seal(id: string, credentials: Credentials): Buffer {
    return this.#services.keyring.seal(Buffer.from(JSON.stringify(credentials)), contextOf(id));
  }

  credentialsOf({ id, sealed_credentials }: ConnectionRow): Credentials {
    if (!sealed_credentials) return {};
    return JSON.parse(this.#services.keyring.open(sealed_credentials, contextOf(id)).toString());
  }

  /**
   * Uses the system behind a connection.
   * @throws ConnectorError
   */
  async use<T>(
    connection: ConnectionRow,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    try {
      const opened = await this.open(connection, signal);
      try {
        return await work(opened.session);
      } finally {
        await opened.close();
      }
    } catch (error) {
      const isLate = signal.aborted && signal.reason?.name === 'TimeoutError';
      if (!isLate || error instanceof ConnectorError) throw error;
      throw new ConnectorError('retry', 'The system did not answer in time.', { cause: error });
    }
  }

  /** The same, until it is closed. @throws ConnectorError */
  async open(connection: ConnectionRow, signal: AbortSignal) {
    const { config, database, providers } = this.#services;
    const connector = providers.find(connection.provider);
    if (!connector) {
      throw new ConnectorError('configuration', `There is no provider ${connection.provider}.`);
    }
    const { organization_id: organization } = connection;
    const outside = new GuardedOutside({
      allowPrivateHosts: config.allowPrivateHosts,
      folder:
        config.filesDirectory && join(config.filesDirectory, shortId('organization', organization)),
      ...ceilingsOf(database.of(organization), connection),
      signal,
    });
    try {
      const credentials = await this.#withKeys(database.of(organization).reading, connection);
      const { config, agent } = connection;
      const acting = agent && { organization, agent };
      const settings = { config, credentials, ...(acting ? { acting } : {}) };
      const session = await connector.open(settings, outside);
      const close = () =>
        this.#close(
          () => session.close(),
          () => outside.close(),
        );
      return { session, connector, close };
    } catch (error) {
      await this.#close(() => outside.close());
      throw error;
    }
  }

  /** What was done stays done, whatever goes wrong with closing what it was done with. */
  async #close(...closings: (() => Promise<unknown>)[]): Promise<void> {
    await closeAll(closings).catch((error) =>
      this.#services.log.warn(loggable(error), 'a connection is not closed as it should be'),
    );
  }

  /** The credentials, with the private keys that they name in place of their ids. */
  async #withKeys(db: Db, connection: ConnectionRow): Promise<Credentials> {
    const { organization_id: organization } = connection;
    const credentials = this.credentialsOf(connection);
    for (const holder of holdersOf(credentials)) {
      const { private_key_id: id, ...others } = holder;
      const row = await selectPrivateKey(db, organization, String(id));
      if (!row) throw new ConnectorError('configuration', `There is no private key ${id}.`);
      const key = this.#services.keyring.open(row.sealed_key, contextOfKey(row.id)).toString();
      Object.assign(holder, { ...others, private_key: key });
    }
    return credentials;
  }
}

/** What the configuration of a connection allows at most, and its system of some requests. */
function ceilingsOf(wall: Wall, { organization_id: organization, id, config }: ConnectionRow) {
  const { max_requests_per_second: perSecond, max_connections: max } = config;
  const own = { organization, id };
  const turns = typeof perSecond === 'number' ? new Turns(wall, own, perSecond) : undefined;
  const leases = typeof max === 'number' ? new Leases(wall, own, max) : undefined;
  const windows = new Windows(wall, own);
  return {
    turn: (signal: AbortSignal, limit?: RequestLimit) => {
      const turn = turns?.take(signal);
      return limit ? Promise.resolve(turn).then(() => windows.take(limit, signal)) : turn;
    },
    place: leases && ((signal: AbortSignal) => leases.take(signal)),
  };
}

/** The ids of the private keys that credentials name. */
export function keysIn(credentials: Credentials): string[] {
  return holdersOf(credentials).map((holder) => String(holder.private_key_id));
}

function holdersOf(credentials: Credentials): Credentials[] {
  const { ssh } = credentials;
  const parts = [credentials, ...(typeof ssh === 'object' && ssh ? [ssh as Credentials] : [])];
  return parts.filter((part) => typeof part.private_key_id === 'string');
}

/** @throws AppError 400 that names the key which is not there */
export async function requireKeys(db: Db, organization: number, credentials: Credentials) {
  for (const holder of holdersOf(credentials)) {
    const id = String(holder.private_key_id);
    if (await selectPrivateKey(db, organization, id)) continue;
    const place = holder === credentials ? 'credentials' : 'credentials.ssh';
    throw invalid(`${place}.private_key_id`, `there is no private key ${id}.`);
  }
}

/** What a caller is told when a connected system could not be used, or not like this. */
export function outward(error: unknown): unknown {
  if (!(error instanceof ConnectorError)) return error;
  const { kind, field, message, upstream, retryAfterSeconds } = error;
  if (kind === 'missing') return invalid('object', message);
  if (kind === 'request') {
    return field === undefined
      ? new AppError('invalid_request', { message })
      : invalid(field, message);
  }
  return new AppError('upstream_error', {
    message,
    ...(upstream === undefined ? {} : { upstream }),
    ...(retryAfterSeconds === undefined
      ? {}
      : { headers: { 'retry-after': String(retryAfterSeconds) } }),
  });
}
