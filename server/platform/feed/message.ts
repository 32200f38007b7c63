import { feedEvents } from '../../../contract/platform/feed.ts';
import { type Position, writePosition } from '../../runtime/events/position.ts';

/** Some changes, and the position after them. */
export class Message {
  readonly position: Position;
  /** An array, as JSON. */
  readonly changes: string;
  #frame: Buffer | undefined;

  constructor(position: Position, changes: readonly string[]) {
    this.position = position;
    this.changes = `[${changes.join(',')}]`;
  }

  /** As an event of a stream, in bytes that all its listeners are sent. */
  get frame(): Buffer {
    this.#frame ??= Buffer.from(frameOf(feedEvents.changes, this.position, this.changes));
    return this.#frame;
  }
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function frameOf(event: string, position: Position, data: string): string {
  return `id: ${writePosition(position)}\nevent: ${event}\ndata: ${data}\n\n`;
}
