import { invalid } from '../../runtime/errors.ts';

/** What a poll is ordered by: when something was created, or when it was changed last. */
export type Order = 'created' | 'updated';

/** A position in a poll: it goes on with later times, and at the same time with higher ids. */
export type Position = { at: Date; id: number };

export const beginning: Position = { at: new Date(0), id: 0 };

export function later(one: Position, other: Position): Position {
  const difference = one.at.getTime() - other.at.getTime() || one.id - other.id;
  return difference < 0 ? other : one;
}

export function writeCursor(order: Order, { at, id }: Position): string {
  const place = `${at.getTime().toString(36)}-${id.toString(36)}`;
  return order === 'updated' ? `updated-${place}` : place;
}

/** @throws AppError 400 for a text that writeCursor never made */
export function readCursor(text: string): { order: Order; position: Position } {
  const form = /^(updated-)?([0-9a-z]{1,11})-([0-9a-z]{1,11})$/;
  const [, updated, time, id] = form.exec(text) ?? [];
  const at = new Date(Number.parseInt(time ?? '', 36));
  if (!id || Number.isNaN(at.getTime()) || at.getUTCFullYear() > 9999) {
    throw invalid('cursor', 'must be taken from the X-Next-Cursor or Link header of an answer.');
  }
  const position = { at, id: Number.parseInt(id, 36) };
  return { order: updated ? 'updated' : 'created', position };
}
