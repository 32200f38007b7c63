import { Channel, type Message } from './channel.ts';

export type User = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly isBot?: boolean;
};

/** Every so many messages one is answered, twice. */
const threadEvery = 50;
const secondsBetween = 10;

/** A workspace in memory, as an app of it sees it. */
export class Workspace {
  readonly team = 'T0000TEAM';
  readonly bot = { user: 'U0000BOT', id: 'B0000BOT', app: 'A0000APP' } as const;
  readonly channels: Channel[];
  readonly users: User[];
  /** Whoever asks is a person, who reads all public channels. */
  isPerson = false;
  #lastMicros = 0;

  constructor(records: number) {
    this.channels = [
      new Channel({ id: 'C0000000GEN', name: 'general' }),
      new Channel({ id: 'C0000000RND', name: 'random' }),
      new Channel({ id: 'C0000000PRV', name: 'plans', isPrivate: true }),
      new Channel({ id: 'C0000000OTH', name: 'others', isMember: false }),
      new Channel({ id: 'C0000000OLD', name: 'archive', isMember: false, isArchived: true }),
      new Channel({ id: 'C0000000HID', name: 'hidden', isPrivate: true, isMember: false }),
    ];
    this.users = [{ id: this.bot.user, name: 'app', realName: 'The app', isBot: true }];
    for (let nth = 0; nth < records; nth += 1) {
      const id = `U${String(nth).padStart(9, '0')}`;
      this.users.push({ id, name: `person${nth}`, realName: `Person ${nth}` });
    }
    this.#seed(records);
  }

  channel(name: string): Channel {
    const found = this.channels.find((one) => one.name === name);
    if (!found) throw new Error(`There is no channel ${name}.`);
    return found;
  }

  mayRead({ isMember, isPrivate }: Channel): boolean {
    return isMember || (this.isPerson && !isPrivate);
  }

  /** All messages that may be read. */
  get readable(): { channel: Channel; message: Message }[] {
    return this.channels
      .filter((channel) => this.mayRead(channel))
      .flatMap((channel) => channel.messages.map((message) => ({ channel, message })));
  }

  /** A moment that no other message has; `secondsAgo` for one that comes late. */
  stamp(secondsAgo = 0): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Date.now() * 1_000);
    const micros = this.#lastMicros - secondsAgo * 1_000_000;
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
  }

  /** Somebody writes a message. */
  say(name: string, text: string, more: Partial<Message> & { secondsAgo?: number } = {}): Message {
    const { secondsAgo = 0, ...given } = more;
    const user = this.users.at(1)?.id ?? 'U0000SOME';
    return this.channel(name).add({ ts: this.stamp(secondsAgo), text, user, ...given });
  }

  /** So many messages, answers counted, in the channels that the app is a member of. */
  #seed(records: number): void {
    const own = this.channels.filter(({ isMember }) => isMember);
    for (let nth = 0; nth < records; nth += 1) {
      const channel = own[nth % own.length] as Channel;
      const user = this.users[1 + (nth % records)]?.id ?? this.bot.user;
      const secondsAgo = (records - nth) * secondsBetween + 3_600;
      const message = channel.add({ ts: this.stamp(secondsAgo), text: `Message ${nth}`, user });
      if (nth % threadEvery !== 7) continue;
      for (let reply = 1; reply <= 2 && nth + 1 < records; reply += 1) {
        nth += 1;
        const ts = this.stamp(secondsAgo - reply);
        channel.add({ ts, text: `Answer ${nth}`, user, thread_ts: message.ts });
      }
    }
  }
}
