import { Refusal } from './refusal.ts';

export type Message = {
  readonly ts: string;
  text: string;
  readonly user: string;
  readonly thread_ts?: string;
  readonly bot_id?: string;
  readonly subtype?: string;
  blocks?: unknown;
  /** Shown to whoever asks for it only. */
  metadata?: unknown;
  edited?: { user: string; ts: string };
};

type Given = {
  readonly id: string;
  readonly name: string;
  readonly isPrivate?: boolean;
  readonly isMember?: boolean;
  readonly isArchived?: boolean;
};

/** A conversation: its messages in the order of their times, answers in threads among them. */
export class Channel {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly created = 1_600_000_000;
  isMember: boolean;
  isArchived: boolean;
  readonly messages: Message[] = [];
  /** By the message that they answer, in the order of their times. */
  readonly #answers = new Map<string, Message[]>();

  constructor({ id, name, isPrivate = false, isMember = true, isArchived = false }: Given) {
    this.id = id;
    this.name = name;
    this.isPrivate = isPrivate;
    this.isMember = isMember;
    this.isArchived = isArchived;
  }

  add(message: Message): Message {
    const { ts, thread_ts } = message;
    insert(this.messages, message);
    if (thread_ts !== undefined && thread_ts !== ts) {
      const answers = this.#answers.get(thread_ts) ?? [];
      this.#answers.set(thread_ts, answers);
      insert(answers, message);
    }
    return message;
  }

  find(ts: string | undefined): Message | undefined {
    return this.messages.find((one) => one.ts === ts);
  }

  update(ts: string, change: Partial<Message>, at: string): void {
    const message = this.find(ts);
    if (!message) throw new Refusal('message_not_found');
    Object.assign(message, change, { edited: { user: message.user, ts: at } });
  }

  remove(ts: string): void {
    const message = this.find(ts);
    if (!message) throw new Refusal('message_not_found');
    for (const list of [this.messages, this.#answers.get(message.thread_ts ?? '') ?? []]) {
      const at = list.indexOf(message);
      if (at !== -1) list.splice(at, 1);
    }
  }

  /** What stands in the channel itself. */
  top(): Message[] {
    return this.messages.filter(({ ts, thread_ts, subtype }) => {
      return thread_ts === undefined || thread_ts === ts || subtype === 'thread_broadcast';
    });
  }

  /** The answers to a message. */
  repliesTo(ts: string): readonly Message[] {
    return this.#answers.get(ts) ?? [];
  }
}

function insert(messages: Message[], message: Message): void {
  const at = messages.findLastIndex(({ ts }) => ts < message.ts) + 1;
  messages.splice(at, 0, message);
}
