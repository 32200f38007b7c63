import { textIn } from '../../values/members.ts';
import { answeredUntil } from '../answered.ts';
import type { Outcome } from '../outcomes.ts';
import type { Channels } from './channels.ts';
import type { SlackClient } from './client.ts';
import type { Encoded, Message, Operation } from './encoding.ts';
import { metadataOf, postedUnder } from './once.ts';
import { SlackRefusal } from './refusal.ts';

export type Posting = {
  readonly client: SlackClient;
  readonly channels: Channels;
  readonly operation: Operation;
  readonly signal?: AbortSignal;
  /** Whoever posts the same messages under it again posts none twice. */
  readonly key?: string;
};

/**
 * Posts, changes or deletes messages one by one, and tells of each what became of it. Slack knows no key
 * by which it would recognise a message that is posted again: under a `key` it is looked for before.
 * @throws ConnectorError, where nothing is wrong with a message
 */
export async function sendMessages(
  posting: Posting,
  messages: readonly Encoded[],
  outcomes: (Outcome | undefined)[] = [],
): Promise<Outcome[]> {
  for (const [at, message] of messages.entries()) {
    outcomes[at] = 'refused' in message ? message.refused : await send(posting, message, at);
  }
  return Array.from(messages, (_, at) => outcomes[at] ?? {});
}

/** The same, where some are sent though others could not be any more. @throws ConnectorError */
export async function sendEach(
  posting: Posting,
  messages: readonly Encoded[],
): Promise<readonly Outcome[]> {
  const outcomes = messages.map((): Outcome | undefined => undefined);
  try {
    return await sendMessages(posting, messages, outcomes);
  } catch (error) {
    return answeredUntil(outcomes, error);
  }
}

async function send(posting: Posting, message: Message, at: number): Promise<Outcome> {
  const { client, channels, operation, signal } = posting;
  const channel = await channels.idOf(message.channel);
  if (channel === undefined) {
    const error = 'The field "channel" names no channel that the app can see.';
    return { error, field: 'channel' };
  }
  const isNew = operation === 'insert' || message.ts === undefined;
  const method = isNew ? 'postMessage' : operation === 'delete' ? 'delete' : 'update';
  const { text, blocks, thread_ts, ts } = message;
  const content = method === 'delete' ? {} : { text, blocks };
  const place = isNew ? { thread_ts } : { ts };
  const key = isNew && posting.key !== undefined ? `${posting.key} ${at}` : undefined;
  try {
    const before = key && (await postedUnder(client, { channel, thread_ts, key }, signal));
    if (before) return { id: before, key: { channel, ts: before } };
    const given = { channel, ...place, ...content, ...(key ? { metadata: metadataOf(key) } : {}) };
    const answer = await client.call(`chat.${method}`, given, signal);
    const id = textIn(answer.ts) || (ts ?? '');
    const named = isNew ? { id, key: { channel, ts: id } } : { id };
    if (answer.warning !== 'message_truncated') return named;
    return { error: 'Slack has posted the message, and cut the field "text".', field: 'text' };
  } catch (error) {
    if (error instanceof SlackRefusal && error.isOfRecord) return error.ofRecord;
    throw error;
  }
}
