import { matchName } from '../../conventions/names.ts';
import type {
  ApplyRequest,
  ApplyResult,
  Checked,
  Description,
  QueryRequest,
  Reading,
  ReadRequest,
  Session,
  WriteRequest,
  Writer,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { type Listing, queryListing, readListing } from '../listing.ts';
import { applied } from '../outcomes.ts';
import type { Outside } from '../outside-contract.ts';
import { Channels } from './channels.ts';
import { SlackClient } from './client.ts';
import { type SlackSettings, scopesFor } from './config.ts';
import { encodingOf } from './encoding.ts';
import { messageColumns } from './fields.ts';
import { channelsListing, usersListing } from './listings.ts';
import { cursorField, messageKey, queryMessages, readMessages } from './messages.ts';
import { sendEach } from './posting.ts';
import { requireAble, SlackWriter } from './writer.ts';

const objects = ['channels', 'messages', 'users'] as const;
type ObjectName = (typeof objects)[number];

export class SlackSession implements Session {
  readonly #settings: SlackSettings;
  readonly #client: SlackClient;
  readonly #channels: Channels;

  constructor(settings: SlackSettings, outside: Outside) {
    this.#settings = settings;
    this.#client = new SlackClient(settings, outside);
    this.#channels = new Channels(this.#client);
  }

  async check(): Promise<Checked> {
    await this.#client.call('auth.test', {});
    const { scopes } = this.#client;
    const lacking = Object.entries(scopesFor).filter(
      ([scope]) => scopes && !scopes.includes(scope),
    );
    const warnings = lacking.map(([scope, what]) => `The token lacks ${scope}: ${what}.`);
    return { warnings: [...warnings, ...(await this.#defaultWarnings())] };
  }

  async objects({ search, after, limit }: { search?: string; after?: string; limit: number }) {
    const sought = search?.toLowerCase() ?? '';
    return objects
      .filter((name) => name.includes(sought) && (after === undefined || name > after))
      .map((name) => ({ name, kind: 'object' as const }))
      .slice(0, limit);
  }

  async describe(given: string): Promise<Description> {
    const name = nameOf(given);
    if (name !== 'messages') {
      const { fields, key } = this.#listing(name);
      return { name, fields, key, cursorFields: [] };
    }
    return {
      name,
      fields: messageColumns,
      key: messageKey,
      cursorFields: [cursorField],
      cursor: cursorField,
    };
  }

  async read(request: ReadRequest): Promise<Reading> {
    const name = nameOf(request.object ?? request.query ?? '');
    if (name !== 'messages') return readListing(this.#listing(name, request.signal), request);
    return readMessages({ client: this.#client, channels: this.#channels }, request);
  }

  async query(request: QueryRequest) {
    const name = nameOf(request.object);
    if (name !== 'messages') return queryListing(this.#listing(name), request);
    return queryMessages({ client: this.#client, channels: this.#channels }, request);
  }

  async write(request: WriteRequest): Promise<Writer> {
    requireAble(request);
    const operation = request.mode === 'append' ? 'insert' : 'upsert';
    const encoding = this.#encoding({ ...request, operation });
    const { signal } = request;
    return new SlackWriter({ ...this.#posting(operation), signal }, encoding, request);
  }

  /** Also what posts one message for whoever has something to say. */
  async apply(request: ApplyRequest): Promise<ApplyResult[]> {
    const { encode } = this.#encoding(request);
    const messages = request.rows.map((row) => encode(row));
    const { operation, idempotencyKey: key } = request;
    const posting = { ...this.#posting(operation), ...(key === undefined ? {} : { key }) };
    return (await sendEach(posting, messages)).map(applied);
  }

  async close() {}

  #posting(operation: ApplyRequest['operation']) {
    return { client: this.#client, channels: this.#channels, operation };
  }

  #encoding({ object, operation, fields, key }: Omit<ApplyRequest, 'rows'>) {
    const name = nameOf(object);
    if (name !== 'messages') {
      const message = `The ${name} of Slack cannot be written; messages can.`;
      throw new ConnectorError('request', message, { field: 'object' });
    }
    const { defaultChannel } = this.#settings;
    return encodingOf({ operation, fields, key, defaultChannel });
  }

  #listing(name: Exclude<ObjectName, 'messages'>, signal?: AbortSignal): Listing {
    return name === 'users'
      ? usersListing(this.#client, signal)
      : channelsListing(this.#channels, signal);
  }

  /** Whoever may not list channels cannot be told. */
  async #defaultWarnings(): Promise<string[]> {
    const { defaultChannel } = this.#settings;
    const { scopes } = this.#client;
    const mayList = scopes?.some((scope) => /^(channels|groups):read$/.test(scope)) ?? true;
    if (defaultChannel === undefined || !mayList) return [];
    if ((await this.#channels.idOf(defaultChannel)) !== undefined) return [];
    return ['config.default_channel names no channel that the app can see: invite the app there.'];
  }
}

/** By its name, or as one of its records is called. @throws ConnectorError `missing` */
function nameOf(given: string): ObjectName {
  const found = matchName(objects, given) ?? matchName(objects, `${given}s`);
  if (found) return found as ObjectName;
  throw new ConnectorError('missing', `Slack has no object "${given}": ${objects.join(', ')}.`);
}
