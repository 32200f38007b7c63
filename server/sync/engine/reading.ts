import type { Field, Reading, ReadRequest, Session } from '../connectors/connector.ts';
import { check } from '../filters/check.ts';
import type { CheckedFilter } from '../filters/checked.ts';
import type { Filter } from '../filters/filter.ts';
import { matches } from '../filters/matches.ts';
import type { Row } from '../values/types.ts';

/** What is read of a system. */
export type Source = Pick<Session, 'describe' | 'read'>;

export type Filtered = { reading: Reading; keep: ((row: Row) => boolean) | undefined };

/**
 * Begins to read; what the source cannot filter is filtered here, by fields that are then read after
 * those that were asked for.
 */
export async function beginReading(
  source: Source,
  request: ReadRequest,
  filter: Filter | undefined,
  fields: readonly Field[],
): Promise<Filtered> {
  if (!filter) return { reading: await source.read(request), keep: undefined };
  const checked = check(filter, fields);
  const reading = await source.read({ ...request, filter: checked });
  if (!reading.remaining) return { reading, keep: undefined };
  await closeReading(reading);
  const asked = request.fields ?? fields.map(({ name }) => name);
  const more = fieldsIn(checked).filter((name) => !asked.includes(name));
  const again = await source.read({ ...request, fields: [...asked, ...more], filter: checked });
  return { reading: again, keep: matches(check(filter, again.fields)) };
}

/** One more is read while the one before is worked on. */
export function readAhead<T>(items: AsyncIterator<T>): Pick<AsyncIterator<T>, 'next'> {
  let coming: Promise<IteratorResult<T>> | undefined;
  return {
    next: () => {
      const due = coming ?? items.next();
      coming = due.then((item) => (item.done ? item : items.next()));
      // What goes wrong with it is met when it is awaited.
      coming.catch(() => undefined);
      return due;
    },
  };
}

/** Ends a reading that nobody goes on with, so that nothing depends on how it ends. */
export async function closeReading({ batches }: Reading): Promise<void> {
  await Promise.resolve(batches[Symbol.asyncIterator]().return?.()).catch(() => undefined);
}

/** The names of the fields that a filter looks at. */
export function fieldsIn(filter: CheckedFilter): string[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.flatMap(fieldsIn);
    case 'not':
      return fieldsIn(filter.term);
    default:
      return [filter.operand.field];
  }
}
