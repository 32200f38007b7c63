import { comparePositions, type Position } from '../../runtime/events/position.ts';
import { Message } from './message.ts';
import type { AddressedChange, Source } from './source.ts';

/** Who listens, and to what: one user, for as long as the session is valid. */
export type Hearer = {
  readonly source: Source;
  readonly organization: number;
  readonly userId: number;
  readonly sessionId: string;
};

/** Somebody who receives the feed of one user, over whatever connection. */
export type Listener = Hearer & {
  /** Everything at or before it has been sent. */
  position: Position;
  readonly isOpen: boolean;
  hear(message: Message): void;
  /** What follows the old position cannot be sent; the new one is set. */
  resync(): void;
  close(): void;
  /** Resolves once what was sent is on its way. */
  drained(): Promise<void>;
};

type ByUser = Map<number, Set<Listener>>;

/** Listeners by organization, source and user. */
export class Listeners {
  count = 0;
  readonly #bySource = new Map<number, Map<Source, ByUser>>();

  add(listener: Listener): void {
    const { organization, source, userId } = listener;
    const sources = this.#bySource.get(organization) ?? new Map<Source, ByUser>();
    const users = sources.get(source) ?? new Map<number, Set<Listener>>();
    const own = users.get(userId) ?? new Set();
    users.set(userId, own.add(listener));
    this.#bySource.set(organization, sources.set(source, users));
    this.count += 1;
  }

  remove(listener: Listener): void {
    const { organization, source, userId } = listener;
    const sources = this.#bySource.get(organization);
    const users = sources?.get(source);
    const own = users?.get(userId);
    if (!sources || !users || !own?.delete(listener)) return;
    this.count -= 1;
    if (own.size === 0) users.delete(userId);
    if (users.size === 0) sources.delete(source);
    if (sources.size === 0) this.#bySource.delete(organization);
  }

  organizations(): number[] {
    return [...this.#bySource.keys()];
  }

  sources(organization: number): Source[] {
    return [...(this.#bySource.get(organization)?.keys() ?? [])];
  }

  users(organization: number, source: Source): ReadonlySet<number> {
    return new Set(this.#bySource.get(organization)?.get(source)?.keys());
  }

  /** Oldest first. */
  ofUser({ organization, source, userId }: Listener): Listener[] {
    return [...(this.#bySource.get(organization)?.get(source)?.get(userId) ?? [])];
  }

  of(organization: number, source: Source): Listener[] {
    const users = this.#bySource.get(organization)?.get(source);
    return [...(users?.values() ?? [])].flatMap((own) => [...own]);
  }

  all(): Listener[] {
    return this.organizations().flatMap((organization) =>
      this.sources(organization).flatMap((source) => this.of(organization, source)),
    );
  }
}

/**
 * Sends the listeners of one organization what they may read and have not received; equal messages
 * are serialized once.
 */
export function deliver(
  listeners: readonly Listener[],
  changes: readonly AddressedChange[],
  position: Position,
): void {
  const messages = new Map<string, Message>();
  for (const listener of listeners) {
    if (!listener.isOpen) continue;
    const heard = [...changes.keys()].filter((at) =>
      isFor(listener, changes[at] as AddressedChange),
    );
    if (comparePositions(position, listener.position) > 0) listener.position = position;
    if (heard.length === 0) continue;
    const key = heard.join();
    const texts = () => heard.map((at) => (changes[at] as AddressedChange).json);
    const message = messages.get(key) ?? new Message(position, texts());
    messages.set(key, message);
    listener.hear(message);
  }
}

function isFor({ userId, position }: Listener, one: AddressedChange): boolean {
  return (
    (one.audience === undefined || one.audience.has(userId)) &&
    comparePositions(one.position, position) > 0
  );
}
