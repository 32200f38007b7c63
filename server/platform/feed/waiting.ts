import { type Position, writePosition } from '../../runtime/events/position.ts';
import type { Hearer, Listener } from './listeners.ts';
import type { Message } from './message.ts';
import type { Source } from './source.ts';

/** A listener for one answer: the first changes, or none when it is closed. */
export class Waiting implements Listener {
  readonly source: Source;
  readonly organization: number;
  readonly userId: number;
  readonly sessionId: string;
  position: Position;
  isOpen = true;
  /** As JSON. */
  readonly answer: Promise<string>;
  readonly #resolve: (answer: string) => void;

  constructor(hearer: Hearer, position: Position) {
    this.source = hearer.source;
    this.organization = hearer.organization;
    this.userId = hearer.userId;
    this.sessionId = hearer.sessionId;
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
