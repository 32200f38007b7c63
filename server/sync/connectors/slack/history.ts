import { type JsonObject, textIn } from '../../values/members.ts';
import { ConnectorError } from '../failure.ts';
import type { Channel } from './channels.ts';
import { nextIn, recordsIn, type SlackClient } from './client.ts';
import { SlackRefusal } from './refusal.ts';

/** Where a walk goes on: in a channel, before a message; without one at the end of the channel. */
export type Place = { readonly channel: string; readonly before?: string };

export type Message = { readonly channel: Channel; readonly record: JsonObject };

/** Some messages; all that come before `place`, or all, were walked by with them. */
export type Step = {
  readonly messages: readonly Message[];
  readonly place?: Place;
  readonly isEnd?: true;
};

export type Walk = {
  readonly channels: readonly Channel[];
  readonly place?: Place | undefined;
  /** Nothing from then on is looked at. */
  readonly latest?: string | undefined;
  /** Nothing up to then; undefined: from the beginning. */
  oldest(channel: Channel): string | undefined;
  /** Of a message that was answered, the answers after that time; undefined: all of them. */
  answersAfter(channel: Channel): string | undefined;
  /** How many are asked for at once. */
  readonly size: number;
  readonly signal?: AbortSignal;
};

/** As many as Slack answers at once. */
export const pageMax = 999;

/**
 * Walks through channels, each from its newest message to its oldest, and with each message through the
 * answers to it. A page is what comes before the last message of the one before: a place stays what it
 * is however many messages are posted or deleted meanwhile.
 */
export async function* walk(client: SlackClient, terms: Walk): AsyncGenerator<Step> {
  const { channels, place } = terms;
  const left = channels.filter(({ id }) => place === undefined || id >= place.channel);
  if (left.length === 0) return yield { messages: [], isEnd: true };
  for (const [nth, channel] of left.entries()) {
    const before = channel.id === place?.channel ? place.before : undefined;
    const next = left[nth + 1];
    const end = next ? { place: { channel: next.id } } : { isEnd: true as const };
    yield* through(client, channel, { ...terms, before, end });
  }
}

type Passage = Walk & {
  readonly before: string | undefined;
  readonly end: { readonly place: Place } | { readonly isEnd: true };
};

async function* through(
  client: SlackClient,
  channel: Channel,
  terms: Passage,
): AsyncGenerator<Step> {
  const asked = { channel: channel.id, oldest: terms.oldest(channel), limit: terms.size };
  let latest = terms.before ?? terms.latest;
  let cursor: string | undefined;
  for (;;) {
    const given = { ...asked, latest, cursor };
    const answer = await client
      .call('conversations.history', given, terms.signal)
      .catch((error) => {
        throw isClosed(error) ? closedOn(channel, error) : error;
      });
    let messages: Message[] = [];
    for (const record of recordsIn(answer, 'messages')) {
      messages.push({ channel, record });
      latest = textIn(record.ts);
      if (!isAnswered(record, terms.answersAfter(channel))) continue;
      yield { messages };
      yield* answersTo(client, { channel, record }, terms);
      yield { messages: [], place: { channel: channel.id, before: latest } };
      messages = [];
    }
    if (answer.has_more !== true) return yield { messages, ...terms.end };
    // A page may be empty although there is more.
    cursor = recordsIn(answer, 'messages').length === 0 ? requireNext(answer) : undefined;
    const place = latest === undefined ? {} : { place: { channel: channel.id, before: latest } };
    yield { messages, ...place };
  }
}

/** What stands in the channel as well came with the channel. */
async function* answersTo(
  client: SlackClient,
  { channel, record }: Message,
  terms: Passage,
): AsyncGenerator<Step> {
  const ts = textIn(record.ts);
  const asked = {
    ...{ channel: channel.id, ts, limit: pageMax },
    ...{ oldest: terms.answersAfter(channel), latest: terms.latest },
  };
  let cursor: string | undefined;
  do {
    const answer = await client
      .call('conversations.replies', { ...asked, cursor }, terms.signal)
      .catch(absent);
    // It was deleted meanwhile.
    if (!answer) return;
    const own = recordsIn(answer, 'messages').filter((one) => {
      return textIn(one.ts) !== ts && one.subtype !== 'thread_broadcast';
    });
    yield { messages: own.map((one) => ({ channel, record: one })) };
    cursor = nextIn(answer);
  } while (cursor !== undefined);
}

/** One message; undefined where there is none. */
export async function messageAt(
  client: SlackClient,
  { channel, ts }: { channel: string; ts: string },
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const asked = { channel, ts, oldest: ts, latest: ts, inclusive: true, limit: 1 };
  const answer = await client.call('conversations.replies', asked, signal).catch(absent);
  return answer && recordsIn(answer, 'messages').find((one) => textIn(one.ts) === ts);
}

function isAnswered(record: JsonObject, after: string | undefined): boolean {
  const latest = textIn(record.latest_reply);
  return Number(record.reply_count ?? 0) > 0 && (after === undefined || latest > after);
}

function absent(error: unknown): undefined {
  const codes = ['thread_not_found', 'message_not_found', 'channel_not_found'];
  if (error instanceof SlackRefusal && codes.includes(error.code)) return undefined;
  throw error;
}

function isClosed(error: unknown): boolean {
  const codes = ['not_in_channel', 'channel_not_found', 'is_archived'];
  return error instanceof SlackRefusal && codes.includes(error.code);
}

/** The next time it is not among those that are read. */
function closedOn({ id }: Channel, cause: unknown): ConnectorError {
  const message = `The channel ${id} was closed to the app while it was read.`;
  return new ConnectorError('retry', message, { cause });
}

function requireNext(answer: JsonObject): string {
  const next = nextIn(answer);
  if (next !== undefined) return next;
  throw new ConnectorError('retry', 'Slack says that there is more, and not where.');
}
