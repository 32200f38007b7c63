import { type Position, writePosition } from '../../runtime/events/position.ts';
import type { Listener } from './listeners.ts';
import type { Message } from './message.ts';

type Member = { organization: number; userId: number; memberId: number };

/** A listener that wants one answer: the first changes, or none once it is closed. */
export class Waiting implements Listener {
  readonly organization: number;
  readonly userId: number;
  readonly memberId: number;
  position: Position;
  isOpen = true;
  /** As JSON. */
  readonly answer: Promise<string>;
  readonly #resolve: (answer: string) => void;

  constructor(member: Member, position: Position) {
    this.organization = member.organization;
    this.userId = member.userId;
    this.memberId = member.memberId;
    this.position = position;
    const { promise, resolve } = Promise.withResolvers<string>();
    this.answer = promise;
    this.#resolve = resolve;
  }

  hear({ position, changes }: Message): void {
    this.#finish(position, changes, false);
  }

  resync(): void {
    this.#finish(this.position, '[]', true);
  }

  close(): void {
    this.#finish(this.position, '[]', false);
  }

  async drained(): Promise<void> {}

  #finish(position: Position, changes: string, resync: boolean): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const at = JSON.stringify(writePosition(position));
    this.#resolve(`{"position":${at},"changes":${changes},"resync":${resync}}`);
  }
}
