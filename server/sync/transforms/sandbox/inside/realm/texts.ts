import type { Batch } from './batch.ts';

/** A record as JSON. @throws what can't be said in JSON without a silent change */
export function textOf(batch: Batch, record: object): string {
  const text = JSON.stringify(record);
  if (typeof text !== 'string' || text[0] !== '{') {
    throw new TypeError('It returned an object that is no record: in JSON it is something else');
  }
  countCharacters(batch, text.length);
  if (text.includes('null')) refuseLost(record, 0);
  return text;
}

/** A member as what it is in JSON, and nobody else's; undefined: JSON has no such value. */
export function memberOf(batch: Batch, value: unknown): unknown {
  if (typeof value === 'string') {
    // No character becomes more than six.
    const isLarge = value.length * 6 > batch.bounds.recordCharacters;
    countCharacters(batch, isLarge ? JSON.stringify(value).length : value.length);
    return value;
  }
  if (typeof value === 'number') refuseLost(value, 0);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  const text = JSON.stringify(value);
  if (text === undefined) return undefined;
  countCharacters(batch, text.length);
  if (text.includes('null')) refuseLost(value, 0);
  return JSON.parse(text);
}

export function countCharacters(batch: Batch, characters: number): void {
  batch.characters += characters;
  const { recordCharacters } = batch.bounds;
  if (batch.characters > recordCharacters) {
    throw new RangeError(`It returned more than ${recordCharacters} characters of JSON`);
  }
}

/** JSON writes null in place of NaN, infinities and dates that are none: a change that nobody sees. */
export function refuseLost(value: unknown, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`It returned the number ${value}, which JSON can't say`);
  }
  if (typeof value !== 'object' || value === null || depth > 1000) return;
  if (value instanceof Date && !Number.isFinite(value.getTime())) {
    throw new RangeError("It returned a date that is none, which JSON can't say");
  }
  if (value instanceof Number) refuseLost(value.valueOf(), depth);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function' && !(value instanceof Date)) {
    refuseLost(toJSON.call(value, ''), depth + 1);
    return;
  }
  for (const key of Object.keys(value)) {
    refuseLost((value as Record<string, unknown>)[key], depth + 1);
  }
}
