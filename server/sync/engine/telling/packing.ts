import type { RecordEventType } from '../../syncs/told/store.ts';
import type { Item } from './telling.ts';

/**
 * Whoever reads the log takes 100 events at once, and opens each as a whole. Of 50,000 records a run took
 * 4.7 s with one event for each, and 1.3 s with 20 in one.
 */
const recordsMax = 20;
const charactersMax = 8_192;

/** Records with which the same has become, in one event: `text` is a JSON array. */
export type Pack = { type: RecordEventType; about: string | null; text: string };

type Open = { texts: string[]; characters: number };

/** What is known to be of somebody stands alone, so that it can be forgotten alone. */
export function* packed(items: Iterable<Item>): Generator<Pack> {
  const open = new Map<RecordEventType, Open>();
  for (const { type, about, text } of items) {
    const one = text();
    if (about !== undefined) {
      yield packOf(type, [one], about);
      continue;
    }
    const pack = open.get(type) ?? { texts: [], characters: 0 };
    pack.texts.push(one);
    pack.characters += one.length;
    const isFull = pack.texts.length === recordsMax || pack.characters >= charactersMax;
    if (isFull) yield packOf(type, pack.texts);
    if (isFull) open.delete(type);
    else open.set(type, pack);
  }
  for (const [type, { texts }] of open) yield packOf(type, texts);
}

function packOf(type: RecordEventType, texts: readonly string[], about: string | null = null): Pack {
  return { type, about, text: `[${texts.join(',')}]` };
}
