import { join } from 'node:path';
import type { Config } from '../../runtime/config.ts';
import type { Database, Db, Wall } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { closeAll } from '../connectors/closing.ts';
import type { Session } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { GuardedOutside } from '../connectors/outside.ts';
import type { RequestLimit } from '../connectors/outside-contract.ts';
import { readKept } from '../keys/kept.ts';
import { contextOf as contextOfKey, selectPrivateKey } from '../keys/store.ts';
import { type Credentials, isByPerson } from './authorization.ts';
import { Leases } from './ceilings/leases.ts';
import { Turns } from './ceilings/turns.ts';
import { Windows } from './ceilings/windows.ts';
import { accessOf } from './grants.ts';
import { goneOf, type Providers } from './providers.ts';
import { type ConnectionRow, contextOf } from './store.ts';
import { askForTokens, type Grant } from './tokens.ts';

type Services = {
  config: Config;
  database: Database;
  keyring: Keyring;
  providers: Providers;
  log: Log;
};

const redeemSeconds = 20;

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
   * Credentials with the private keys that they name, and with who signs in with such a key where they
   * name nobody themselves.
   * @throws ConnectorError
   */
  async withKeys(db: Db, organization: number, given: Credentials): Promise<Credentials> {
    const credentials = structuredClone(given);
    for (const holder of holdersOf(credentials)) {
      const id = String(holder.private_key_id);
      const row = await selectPrivateKey(db, organization, id);
      if (!row) throw new ConnectorError('configuration', `There is no private key ${id}.`);
      const opened = this.#services.keyring.open(row.sealed_key, contextOfKey(row.id));
      const { private_key, username } = readKept(opened);
      holder.private_key = private_key;
      if (username !== undefined) holder.username ??= username;
    }
    return credentials;
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
    const { database, providers } = this.#services;
    const { organization_id: organization } = connection;
    const connector = await providers.of(
      database.of(organization).reading,
      organization,
      connection,
    );
    if (!connector) throw new ConnectorError('configuration', goneOf(connection));
    const outside = this.#outsideOf(connection, signal);
    try {
      const reading = database.of(organization).reading;
      const credentials = await this.withKeys(
        reading,
        organization,
        this.credentialsOf(connection),
      );
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

  /** What a person's answer is worth at the system. @throws ConnectorError */
  async redeem(
    connection: ConnectionRow,
    given: Readonly<Record<string, string>>,
    now: Date,
  ): Promise<Grant> {
    const { authorization } = this.providers.find(connection.provider) ?? {};
    const credentials = this.credentialsOf(connection);
    if (!authorization || !isByPerson(credentials)) throw new Error('No person was asked.');
    const { client_id, client_secret } = credentials;
    const outside = this.#outsideOf(connection, AbortSignal.timeout(redeemSeconds * 1000));
    try {
      await outside.turn();
      const parameters = { grant_type: 'authorization_code', ...given, client_id, client_secret };
      const place = authorization.places(connection.config).token;
      return await askForTokens(outside.fetch, place, parameters, now);
    } finally {
      await this.#close(() => outside.close());
    }
  }

  #outsideOf(connection: ConnectionRow, signal: AbortSignal): GuardedOutside {
    const { config, database } = this.#services;
    const { organization_id: organization } = connection;
    const outside: GuardedOutside = new GuardedOutside({
      allowPrivateHosts: config.allowPrivateHosts,
      folder:
        config.filesDirectory && join(config.filesDirectory, shortId('organization', organization)),
      ...ceilingsOf(database.of(organization), connection),
      access: this.#accessOf(connection, (...asked) => outside.fetch(...asked)),
      signal,
    });
    return outside;
  }

  /** Nothing where no person is asked. */
  #accessOf(connection: ConnectionRow, fetch: typeof globalThis.fetch) {
    const { authorization } = this.providers.find(connection.provider) ?? {};
    if (!authorization || !isByPerson(this.credentialsOf(connection))) return undefined;
    const sealing = {
      open: (row: ConnectionRow) => this.credentialsOf(row),
      seal: (id: string, credentials: Credentials) => this.seal(id, credentials),
    };
    const wall = this.#services.database.of(connection.organization_id);
    const means = { wall, sealing, authorization, fetch, now: () => new Date() };
    return (refused?: string) => accessOf(connection, means, refused);
  }

  /** What was done stays done, whatever goes wrong with closing what it was done with. */
  async #close(...closings: (() => Promise<unknown>)[]): Promise<void> {
    await closeAll(closings).catch((error) =>
      this.#services.log.warn(loggable(error), 'a connection is not closed as it should be'),
    );
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
