import type { Batch, Group } from './batch.ts';
import { changesOf, join, joinPlainly } from './changes.ts';
import { reasonOf } from './reason.ts';
import { textOf } from './texts.ts';

/** Goes on until all is done, or a promise is awaited. */
export function advance(batch: Batch): void {
  const { count, progress, transform, given } = batch;
  while (batch.at < count) {
    const index = batch.at;
    progress[0] = index + 1;
    try {
      const value = transform(given.recordAt(index));
      if (isAwaited(value)) {
        wait(batch, index, value);
        return;
      }
      take(batch, index, value);
    } catch (thrown) {
      fail(batch, index, reasonOf(thrown));
    }
  }
}

export function isAwaited(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

export function wait(batch: Batch, index: number, value: unknown): void {
  batch.progress[1] = 1;
  Promise.resolve(value).then(
    (settled) => settle(batch, index, () => take(batch, index, settled)),
    (thrown) => settle(batch, index, () => fail(batch, index, reasonOf(thrown))),
  );
}

export function settle(batch: Batch, index: number, act: () => void): void {
  // What was given up, because nothing was left that could settle it, has its outcome.
  if (batch.at !== index) return;
  try {
    act();
  } catch (thrown) {
    fail(batch, index, reasonOf(thrown));
  }
  advance(batch);
}

export function fail(batch: Batch, index: number, message: string): void {
  batch.errors.push([index, message]);
  batch.at = index + 1;
}

/** Takes all that a record became, or nothing of it, as it is now: the next one may change it. */
export function take(batch: Batch, index: number, value: unknown): void {
  const outputs: (string | Group)[] = [];
  batch.characters = 0;
  if (batch.isChangesOnly && isPlain(value) && joinPlainly(batch, value)) {
    batch.sources.push(index);
    batch.at = index + 1;
    return;
  }
  if (Array.isArray(value)) {
    const { outputsOfRecord } = batch.bounds;
    if (value.length > outputsOfRecord) {
      throw new RangeError(`It made more than ${outputsOfRecord} records`);
    }
    for (let at = 0; at < value.length; at += 1) outputs.push(outputOf(batch, index, value[at]));
  } else if (value !== null && !(value === undefined && batch.dropsUndefined)) {
    outputs.push(outputOf(batch, index, value));
  }
  for (const output of outputs) {
    if (typeof output === 'string') batch.texts.push(output);
    else join(batch.groups, output);
    batch.sources.push(index);
  }
  batch.at = index + 1;
}

export function outputOf(batch: Batch, index: number, value: unknown): string | Group {
  if (typeof value !== 'object' || value === null) {
    const kind = value === undefined || value === null ? `${value}` : `a ${typeof value}`;
    throw new TypeError(`It must return an object, an array of objects or null, not ${kind}`);
  }
  if (!batch.isChangesOnly) return textOf(batch, value);
  const after = isPlain(value) ? value : JSON.parse(textOf(batch, value));
  return changesOf(batch, batch.given.recordAt(index), after);
}

/** An object that is in JSON what it is here, as far as its own members are. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return (value as { toJSON?: unknown }).toJSON === undefined;
}
