import { ConnectorError } from '../failure.ts';
import { Seen } from '../seen.ts';
import { after, withAll } from './filters.ts';
import { isoOf, millisecondsOf, type Position } from './position.ts';
import type { Condition, Groups, HubspotRecord, Page, Records } from './records.ts';
import { idField } from './types.ts';

type Terms = {
  /** Milliseconds before the end of the last reading that are read again. */
  readonly overlap: number;
  readonly position: Position;
  /** The last time that is asked for, in milliseconds. */
  readonly to?: number | undefined;
};

type Found = {
  readonly records: readonly HubspotRecord[];
  readonly times: ReadonlyMap<string, string | null>;
};

/**
 * What was changed since a time, in the order of the changes. Each search begins at the last time of
 * the one before, that time included: none comes to the 10,000 results after which HubSpot ends, and
 * none is paged by counting, which would pass over a record when one before it is changed. Where a
 * whole page is of one time, that time is read in the order of the ids.
 */
export class Changes {
  readonly #records: Records;
  readonly #groups: Groups | undefined;
  readonly #terms: Terms;
  readonly #seen: Seen;

  constructor(records: Records, groups: Groups | undefined, terms: Terms) {
    this.#records = records;
    this.#groups = groups;
    this.#terms = terms;
    this.#seen = new Seen(terms.position.seen);
  }

  async *pages(): AsyncGenerator<Page> {
    const { position, overlap } = this.#terms;
    const since = millisecondsOf(position.since as string);
    let at = position.at === undefined ? since - overlap : millisecondsOf(position.at);
    let last = position.at === undefined ? since : Math.max(since, at);
    let id = position.id;
    for (;;) {
      if (id !== undefined) {
        const page = await this.#tied(at, id);
        id = page.isLast ? undefined : page.lastId;
        if (page.isLast) at += 1;
        yield { records: page.fresh, position: this.#between(since, at, id) };
        continue;
      }
      const page = await this.#from(at);
      last = Math.max(last, page.lastAt ?? last);
      if (page.isLast) return yield { records: page.fresh, position: this.#end(last) };
      if (page.lastAt === at) id = '0';
      at = page.lastAt ?? at;
      yield { records: page.fresh, position: this.#between(since, at, id) };
    }
  }

  /** When the last change was; undefined where there are no records. */
  async newest(): Promise<string | undefined> {
    const { modifiedBy } = this.#records.type;
    const { found } = await this.#records.search({ groups: [], sort: `-${modifiedBy}`, limit: 1 });
    const [first] = found;
    return first && isoOf(timeOf(first.properties[modifiedBy]));
  }

  /** Where a page of a reading of everything ended, which began at `since`. */
  listed({ records, position }: Page, since: string | undefined): Position {
    if (since === undefined) return position;
    for (const { id, properties } of records) {
      this.#seen.add(id, timeOf(properties[this.#records.type.modifiedBy]));
    }
    const seen = this.#seen.marksFrom(millisecondsOf(since) - this.#terms.overlap);
    return { ...position, since, seen };
  }

  /** Without those of the last time, of which there may be more, unless nothing comes after them. */
  async #from(at: number) {
    const { to } = this.#terms;
    const { modifiedBy: propertyName } = this.#records.type;
    const conditions: Condition[] = [{ propertyName, operator: 'GTE', value: String(at) }];
    if (to !== undefined) conditions.push({ propertyName, operator: 'LTE', value: String(to) });
    const page = await this.#ask(conditions, propertyName);
    const { isLast, lastAt } = page;
    return { ...page, fresh: this.#fresh(page, (time) => isLast || time !== lastAt) };
  }

  async #tied(at: number, id: string) {
    const { modifiedBy: propertyName } = this.#records.type;
    const value = String(at);
    const conditions: Condition[] = [
      { propertyName, operator: 'GTE', value },
      { propertyName, operator: 'LTE', value },
      after(id),
    ];
    const page = await this.#ask(conditions, idField);
    return { ...page, fresh: this.#fresh(page) };
  }

  async #ask(conditions: Condition[], sort: string) {
    const groups = withAll(this.#groups, conditions);
    const { records, found, total, times } = await this.#records.search({ groups, sort });
    const last = found.at(-1);
    return {
      ...{ records, times },
      isLast: total <= found.length,
      lastId: last?.id,
      lastAt: last && timeOf(times.get(last.id)),
    };
  }

  /** Those that were not read before as they are now. */
  #fresh({ records, times }: Found, isWanted: (time: number) => boolean = () => true) {
    return records.filter(({ id }) => {
      const time = timeOf(times.get(id));
      if (!isWanted(time)) return false;
      const isKnown = this.#seen.isKnown(id, time);
      this.#seen.add(id, time);
      return !isKnown;
    });
  }

  #between(since: number, at: number, id: string | undefined): Position {
    const seen = this.#seen.marksFrom(at - this.#terms.overlap);
    return { since: isoOf(since), at: isoOf(at), ...(id === undefined ? {} : { id }), seen };
  }

  #end(last: number): Position {
    const seen = this.#seen.marksFrom(last - this.#terms.overlap);
    return { since: isoOf(last), seen };
  }
}

/** @throws ConnectorError where it was not said */
function timeOf(text: string | null | undefined): number {
  const at = Date.parse(text ?? '');
  if (!Number.isNaN(at)) return at;
  throw new ConnectorError('retry', 'HubSpot does not say when a record was changed.');
}
