import { objectIn, textIn } from '../../values/members.ts';
import { nextIn, recordsIn, type SlackClient } from './client.ts';
import { pageMax } from './history.ts';
import { SlackRefusal } from './refusal.ts';

const eventType = 'heddle_posted';
/** Whoever tries again does so within a day. */
const lookbackSeconds = 86_400;
const pagesMax = 10;

/** What a message carries unseen, by which it is found again. https://docs.slack.dev/messaging/message-metadata */
export function metadataOf(key: string): string {
  return JSON.stringify({ event_type: eventType, event_payload: { key } });
}

type Sought = { channel: string; thread_ts: string | undefined; key: string };

/**
 * The message that was posted under a key; undefined where there is none, or where the token may not
 * read the channel.
 */
export async function postedUnder(
  client: SlackClient,
  { channel, thread_ts: ts, key }: Sought,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const oldest = String(Math.floor(client.now / 1000) - lookbackSeconds);
  const method = ts === undefined ? 'conversations.history' : 'conversations.replies';
  const asked = { channel, ts, oldest, limit: pageMax, include_all_metadata: true };
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    let answer: Awaited<ReturnType<SlackClient['call']>>;
    try {
      answer = await client.call(method, { ...asked, cursor }, signal);
    } catch (error) {
      // What is wrong is said when it is posted; whoever may only post does so at least once.
      if (error instanceof SlackRefusal && error.kind !== 'retry') return undefined;
      throw error;
    }
    const found = recordsIn(answer, 'messages').find(({ metadata }) => {
      const { event_type: type, event_payload: payload } = objectIn(metadata) ?? {};
      return type === eventType && textIn(objectIn(payload)?.key) === key;
    });
    if (found) return textIn(found.ts);
    cursor = nextIn(answer);
    if (cursor === undefined) return undefined;
  }
  return undefined;
}
