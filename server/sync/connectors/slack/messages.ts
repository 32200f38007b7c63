import type { Row } from '../../values/types.ts';
import type { Batch, Unread } from '../batch.ts';
import type { QueryAnswer, QueryRequest, Reading, ReadRequest } from '../connector.ts';
import { batchesOf } from '../cutting.ts';
import { ConnectorError } from '../failure.ts';
import { type Listing, queryListing } from '../listing.ts';
import { pick } from '../picking.ts';
import { channelsFor } from './asked.ts';
import type { Channel, Channels } from './channels.ts';
import type { SlackClient } from './client.ts';
import { type Column, messageColumns, rowOf } from './fields.ts';
import { type Message, messageAt, type Place, pageMax, type Step, walk } from './history.ts';
import { scopeOf } from './scope.ts';

export const cursorField = 'ts';
export const messageKey = ['channel', 'ts'] as const;

type Source = { readonly client: SlackClient; readonly channels: Channels };
type Page = { readonly messages: readonly Message[]; readonly position?: string | undefined };

/** Reads all messages that the token can read, what is new of them, or some. @throws ConnectorError */
export function readMessages(source: Source, request: ReadRequest): Reading {
  const { filter, cursorField: cursor } = request;
  if (cursor !== undefined && cursor !== cursorField) {
    const message = `What is new of messages is found by "${cursorField}" only.`;
    throw new ConnectorError('request', message, { field: 'cursor_field' });
  }
  const fields = pick(messageColumns, request.fields ?? messageColumns.map(({ name }) => name));
  const batches = shown(pagesOf(source, request), fields, request);
  return { fields, batches, ...(filter ? { remaining: filter } : {}) };
}

/** A page of messages, of each channel the newest first. */
export async function queryMessages(source: Source, request: QueryRequest): Promise<QueryAnswer> {
  const listing: Listing = {
    ...{ system: 'Slack', name: 'messages', fields: messageColumns, key: messageKey },
    pages: (from) => queried(source, request, from),
  };
  return queryListing(listing, request);
}

async function* queried(
  { client, channels }: Source,
  { filter, limit }: QueryRequest,
  from: string | undefined,
) {
  const steps = walk(client, {
    channels: await channelsFor(channels, filter),
    place: from === undefined ? undefined : (JSON.parse(from) as Place),
    oldest: () => undefined,
    answersAfter: () => undefined,
    // A filter may pass over many.
    size: filter ? pageMax : Math.min(limit, pageMax),
  });
  for await (const { rows, place } of settled(steps)) {
    yield { rows, next: place && JSON.stringify(place) };
  }
}

/** Pages that each have a place after them: a thread comes with the message that it answers. */
async function* settled(
  steps: AsyncIterable<Step>,
): AsyncGenerator<{ rows: Row[]; place?: Place }> {
  let rows: Row[] = [];
  for await (const { messages, place, isEnd } of steps) {
    for (const message of messages) rows.push(shownOf(message));
    if (!place && !isEnd) continue;
    yield { rows, ...(place ? { place } : {}) };
    rows = [];
  }
}

async function* pagesOf(source: Source, request: ReadRequest): AsyncGenerator<Page> {
  const { part, signal } = request;
  if (part && 'keys' in part) return yield* byKeys(source, request, part.keys);
  const channels = await channelsFor(source.channels, request.filter);
  const { settings, now } = source.client;
  const { lookbackSeconds } = settings;
  const scope = scopeOf({ request: { ...request, part }, channels, lookbackSeconds, now });
  for await (const step of walk(source.client, { ...scope.walk, size: pageMax, signal })) {
    yield { messages: scope.fresh(step.messages), position: scope.positionAfter(step) };
  }
}

async function* byKeys(
  { client, channels }: Source,
  { key, position, signal }: ReadRequest,
  keys: readonly Row[],
): AsyncGenerator<Page> {
  const [channelAt, tsAt] = messageKey.map((name) => key.indexOf(name));
  if (channelAt === -1 || tsAt === -1) {
    const message = `Messages are chosen by ${messageKey.join(' and ')}.`;
    throw new ConnectorError('request', message, { field: 'keys' });
  }
  const known = new Map((await channels.all()).map((one) => [one.id, one]));
  for (const one of keys) {
    const channel = known.get(one[channelAt as number] ?? '');
    const ts = one[tsAt as number] ?? '';
    const record = channel && (await messageAt(client, { channel: channel.id, ts }, signal));
    yield { messages: record ? [{ channel: channel as Channel, record }] : [], position };
  }
}

async function* shown(
  pages: AsyncIterable<Page>,
  fields: readonly Column[],
  request: ReadRequest,
): AsyncGenerator<Batch> {
  for await (const { messages, position } of pages) {
    const rows: Row[] = [];
    const unread: Unread[] = [];
    for (const message of messages) {
      const { row, problem } = rowOf(withChannel(message), fields);
      if (problem) unread.push({ row, ...problem });
      else rows.push(row);
    }
    // What says nothing and moves nothing is no batch.
    if (messages.length > 0 || position !== undefined) {
      yield* batchesOf(rows, request, position, unread);
    }
  }
}

/** @throws ConnectorError for a value that its type does not hold */
function shownOf(message: Message): Row {
  const { row, problem } = rowOf(withChannel(message), messageColumns);
  if (problem) throw new ConnectorError('configuration', problem.reason);
  return row;
}

function withChannel({ channel, record }: Message) {
  return { ...record, channel: channel.id, channel_name: channel.name };
}
