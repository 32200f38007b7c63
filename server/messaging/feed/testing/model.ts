import type { Change } from '../../../../contract/messaging/website/feed.ts';
import type {
  CommentState,
  MessageState,
  ThreadState,
} from '../../../../contract/messaging/website/shapes.ts';
import { shown, type Website } from '../../testing/website.ts';

type Kept = { revision: number; deleted_at: string | null };

/** What a page knows: it merges what it hears, and asks again when it may read more or less. */
export class Model {
  readonly threads = new Map<string, ThreadState>();
  readonly comments = new Map<string, CommentState>();
  readonly messages = new Map<string, MessageState>();
  #channels = new Set<string>();
  #chats = new Set<string>();

  take(change: Change): void {
    if (change.kind === 'thread') keep(this.threads, change.thread.thread_id, change.thread);
    if (change.kind === 'comment') keep(this.comments, change.comment.comment_id, change.comment);
    if (change.kind === 'message') keep(this.messages, change.message.message_id, change.message);
  }

  /** Gets the home again: what is no longer there is dropped, and what is new is loaded. */
  async refresh(client: Website): Promise<string> {
    const home = shown(await unhurried(() => client.getHome()));
    const channels = new Set(home.channels.map(({ channel_id }) => channel_id));
    const chats = new Set(home.chats.map(({ chat_id }) => chat_id));
    for (const [id, one] of this.threads) {
      if (!channels.has(one.channel_id)) this.threads.delete(id);
    }
    for (const [id, one] of this.comments) {
      if (!channels.has(one.channel_id)) this.comments.delete(id);
    }
    for (const [id, one] of this.messages) if (!chats.has(one.chat_id)) this.messages.delete(id);
    for (const id of channels.difference(this.#channels)) await this.#loadChannel(client, id);
    for (const id of chats.difference(this.#chats)) await this.#loadChat(client, id);
    this.#channels = channels;
    this.#chats = chats;
    return home.position;
  }

  /** Everything is loaded afresh. */
  async reload(client: Website): Promise<string> {
    this.#channels.clear();
    this.#chats.clear();
    return this.refresh(client);
  }

  async #loadChannel(client: Website, channel_id: string): Promise<void> {
    for (let before: number | undefined; ; ) {
      const query = { limit: 100, ...(before === undefined ? {} : { before }) };
      const answer = await unhurried(() => client.listThreads({ params: { channel_id }, query }));
      if (!answer.ok) return;
      for (const thread of answer.body.threads) {
        keep(this.threads, thread.thread_id, thread);
        await this.#loadComments(client, thread.thread_id);
      }
      before = answer.body.threads.at(-1)?.number;
      if (!answer.body.has_more || before === undefined) return;
    }
  }

  async #loadComments(client: Website, thread_id: string): Promise<void> {
    for (let after = 0; ; ) {
      const answer = await unhurried(() =>
        client.listComments({
          params: { thread_id },
          query: { after, limit: 100 },
        }),
      );
      if (!answer.ok) return;
      for (const one of answer.body.comments) keep(this.comments, one.comment_id, one);
      after = answer.body.comments.at(-1)?.number ?? after;
      if (!answer.body.has_more) return;
    }
  }

  async #loadChat(client: Website, chat_id: string): Promise<void> {
    for (let after = 0; ; ) {
      const answer = await unhurried(() =>
        client.listMessages({
          params: { chat_id },
          query: { after, limit: 100 },
        }),
      );
      if (!answer.ok) return;
      for (const one of answer.body.messages) keep(this.messages, one.message_id, one);
      after = answer.body.messages.at(-1)?.number ?? after;
      if (!answer.body.has_newer) return;
    }
  }
}

/** An older state that comes late changes nothing. */
function keep<T extends Kept>(into: Map<string, T>, id: string, state: T): void {
  const known = into.get(id);
  if (!known || known.revision <= state.revision) into.set(id, state);
}

/** Who asks more than the plan has waits, and asks again. */
async function unhurried<A extends { ok: true } | { ok: false; status: number }>(
  ask: () => Promise<A>,
): Promise<A> {
  for (;;) {
    const answer = await ask();
    if (answer.ok || answer.status !== 429) return answer;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
