import { comparePositions, type Position } from '../../runtime/events/position.ts';
import { Message } from './message.ts';
import type { Told } from './told.ts';

/** Who listens: a user, as long as the session lives. */
export type Hearer = {
  readonly organization: number;
  readonly userId: number;
  readonly sessionId: string;
};

/** Somebody who hears the feed of one user, over whatever reaches them. */
export type Listener = Hearer & {
  /** Everything at or before it has been told. */
  position: Position;
  readonly isOpen: boolean;
  hear(message: Message): void;
  /** What follows the old position cannot be told; the new one is set. */
  resync(): void;
  close(): void;
  /** Resolves once what was told is on its way. */
  drained(): Promise<void>;
};

/** Listeners by organization and user. */
export class Listeners {
  count = 0;
  readonly #byUser = new Map<number, Map<number, Set<Listener>>>();

  add(listener: Listener): void {
    const { organization, userId } = listener;
    const users = this.#byUser.get(organization) ?? new Map<number, Set<Listener>>();
    const own = users.get(userId) ?? new Set();
    this.#byUser.set(organization, users.set(userId, own.add(listener)));
    this.count += 1;
  }

  remove(listener: Listener): void {
    const { organization, userId } = listener;
    const users = this.#byUser.get(organization);
    const own = users?.get(userId);
    if (!users || !own?.delete(listener)) return;
    this.count -= 1;
    if (own.size === 0) users.delete(userId);
    if (users.size === 0) this.#byUser.delete(organization);
  }

  organizations(): number[] {
    return [...this.#byUser.keys()];
  }

  users(organization: number): ReadonlySet<number> {
    return new Set(this.#byUser.get(organization)?.keys());
  }

  /** The oldest first. */
  ofUser({ organization, userId }: Listener): Listener[] {
    return [...(this.#byUser.get(organization)?.get(userId) ?? [])];
  }

  of(organization: number): Listener[] {
    return [...(this.#byUser.get(organization)?.values() ?? [])].flatMap((own) => [...own]);
  }

  all(): Listener[] {
    return this.organizations().flatMap((organization) => this.of(organization));
  }
}

/** Tells listeners of one organization what they may read and have not heard; what is alike is written once. */
export function deliver(
  listeners: readonly Listener[],
  told: readonly Told[],
  position: Position,
): void {
  const messages = new Map<string, Message>();
  for (const listener of listeners) {
    if (!listener.isOpen) continue;
    const heard = [...told.keys()].filter((at) => isFor(listener, told[at] as Told));
    if (comparePositions(position, listener.position) > 0) listener.position = position;
    if (heard.length === 0) continue;
    const key = heard.join();
    const changes = () => heard.map((at) => (told[at] as Told).json);
    const message = messages.get(key) ?? new Message(position, changes());
    messages.set(key, message);
    listener.hear(message);
  }
}

function isFor({ userId, position }: Listener, one: Told): boolean {
  return (
    (one.audience === undefined || one.audience.has(userId)) &&
    comparePositions(one.position, position) > 0
  );
}
