import type { RecordEventType } from '../../syncs/told/store.ts';

/**
 * Whoever reads the log takes 100 events in a transaction, and opens each as a whole. With one event for
 * each of 50,000 records, this server's PostgreSQL took 3.2 processor seconds; so it takes 0.5.
 */
const recordsMax = 20;
const charactersMax = 8_192;

/** One thing to be told: `text` is the JSON of a `RecordTold`. */
export type Item = {
  readonly type: RecordEventType;
  readonly about: string | undefined;
  readonly text: string;
};

/** Records with which the same has become, in one event: `text` is a JSON array. */
export type Pack = { type: RecordEventType; about: string | null; text: string };

type Open = { texts: string[]; characters: number };

/** What is known to be of somebody stands alone, so that it can be forgotten alone. */
export function* packed(items: Iterable<Item>): Generator<Pack> {
  const open = new Map<RecordEventType, Open>();
  for (const { type, about, text } of items) {
    if (about !== undefined) {
      yield packOf(type, [text], about);
      continue;
    }
    const pack = open.get(type) ?? { texts: [], characters: 0 };
    pack.texts.push(text);
    pack.characters += text.length;
    const isFull = pack.texts.length === recordsMax || pack.characters >= charactersMax;
    if (isFull) yield packOf(type, pack.texts);
    if (isFull) open.delete(type);
    else open.set(type, pack);
  }
  for (const [type, { texts }] of open) yield packOf(type, texts);
}

function packOf(
  type: RecordEventType,
  texts: readonly string[],
  about: string | null = null,
): Pack {
  return { type, about, text: `[${texts.join(',')}]` };
}
