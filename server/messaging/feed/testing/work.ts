import type { Website } from '../../testing/website.ts';

type Post =
  | { kind: 'thread'; thread_id: string }
  | { kind: 'comment'; comment_id: string }
  | { kind: 'message'; message_id: string };

const emoji = ['👍', '🦷', '🎉', '👀', '💚'];
const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T;

/** Somebody who posts, answers, edits, reacts and deletes in the places that they are in. */
export class Worker {
  readonly #client: () => Website;
  readonly #channels: readonly string[];
  readonly #chats: readonly string[];
  readonly #threads: string[] = [];
  readonly #posts: Post[] = [];

  constructor(client: () => Website, channels: readonly string[], chats: readonly string[]) {
    this.#client = client;
    this.#channels = channels;
    this.#chats = chats;
  }

  /** Does one thing; false when it failed. */
  async work(text: string): Promise<boolean> {
    const act = Math.random();
    if (act < 0.2 || this.#threads.length === 0) return this.#startThread(text);
    if (act < 0.45) return this.#answer(text);
    if (act < 0.65) return this.#say(text);
    const post = pick(this.#posts);
    if (act < 0.8) return this.#react(post);
    if (act < 0.93) return this.#edit(post, text);
    return this.#remove(post);
  }

  async #startThread(text: string): Promise<boolean> {
    const channel_id = pick(this.#channels);
    const answer = await this.#client().startThread({ body: { channel_id, text } });
    if (!answer.ok) return false;
    const { thread_id } = answer.body.thread;
    this.#threads.push(thread_id);
    this.#posts.push({ kind: 'thread', thread_id });
    return true;
  }

  async #answer(text: string): Promise<boolean> {
    const thread_id = pick(this.#threads);
    const answer = await this.#client().answerThread({ body: { thread_id, text } });
    if (!answer.ok) return false;
    this.#posts.push({ kind: 'comment', comment_id: answer.body.comment.comment_id });
    return true;
  }

  async #say(text: string): Promise<boolean> {
    const params = { chat_id: pick(this.#chats) };
    const answer = await this.#client().sendMessage({ params, body: { text } });
    if (!answer.ok) return false;
    this.#posts.push({ kind: 'message', message_id: answer.body.message.message_id });
    return true;
  }

  async #react(post: Post): Promise<boolean> {
    const reacted = Math.random() < 0.7;
    const body = { ...idOf(post), emoji: pick(emoji), reacted };
    return (await this.#client().react({ body })).ok;
  }

  async #edit(post: Post, text: string): Promise<boolean> {
    const client = this.#client();
    const body = { text };
    if (post.kind === 'thread') return (await client.editThread({ params: post, body })).ok;
    if (post.kind === 'comment') return (await client.editComment({ params: post, body })).ok;
    return (await client.editMessage({ params: post, body })).ok;
  }

  async #remove(post: Post): Promise<boolean> {
    const client = this.#client();
    this.#posts.splice(this.#posts.indexOf(post), 1);
    if (post.kind === 'thread') return (await client.removeThread({ params: post })).ok;
    if (post.kind === 'comment') return (await client.removeComment({ params: post })).ok;
    return (await client.removeMessage({ params: post })).ok;
  }
}

function idOf(post: Post) {
  if (post.kind === 'thread') return { thread_id: post.thread_id };
  if (post.kind === 'comment') return { comment_id: post.comment_id };
  return { message_id: post.message_id };
}
