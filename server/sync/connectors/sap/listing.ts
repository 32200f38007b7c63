import type { Cell } from '../../values/types.ts';
import { readAhead } from '../ahead.ts';
import { ConnectorError } from '../failure.ts';
import { pageSize, type SapClient } from './client.ts';
import type { Version } from './config.ts';
import { isStep, type SapField } from './fields.ts';
import type { SapObject } from './metadata.ts';
import { type Page, pageAt, type Read, rowOf, selectOf } from './records.ts';
import { literalOf } from './values.ts';

/** After which key a list goes on, or by which link where keys have no order. */
export type Place = { readonly at?: readonly Cell[]; readonly next?: string };
export type ListPage = { readonly rows: readonly Read[]; readonly place: Place | undefined };

export type Terms = {
  readonly client: SapClient;
  readonly version: Version;
  readonly object: SapObject;
  readonly columns: readonly SapField[];
  readonly signal: AbortSignal;
};

export type Asked = {
  readonly conditions: readonly string[];
  readonly orderBy?: readonly string[];
  readonly top?: number;
  readonly skip?: number;
};

/** Records of one object that are asked for, in the order of their keys wherever keys have one. */
export class Listing {
  readonly terms: Terms;
  readonly keys: readonly SapField[];
  /** Whether a list can go on after a key. */
  readonly isStepped: boolean;

  constructor(terms: Terms) {
    const { object, version } = terms;
    this.terms = terms;
    this.keys = object.key.flatMap((name) => object.fields.filter((one) => one.name === name));
    this.isStepped = this.keys.length > 0 && this.keys.every((field) => isStep(field, version));
  }

  /** One page, as it is asked for. */
  async page(asked: Asked): Promise<{ rows: readonly Read[]; next: URL | undefined }> {
    const { client, columns } = this.terms;
    const { records, next } = await pageAt(client, this.#urlOf(asked), this.terms);
    return { rows: records.map((one) => rowOf(one, columns)), next };
  }

  /**
   * What meets the conditions, page by page; the last one has no place. A service may answer fewer than
   * were asked for, and not say so: over is what is empty, or shorter than what was answered before.
   * @throws ConnectorError
   */
  async *pages(
    conditions: readonly string[],
    from: Place = {},
    size = pageSize,
  ): AsyncGenerator<ListPage> {
    const { client, columns, version, signal } = this.terms;
    const course = new Course(this, conditions, { at: from.at, size });
    const ask = (url: URL) => (within: AbortSignal) =>
      pageAt(client, url, { version, signal: within });
    const first =
      from.next === undefined
        ? this.urlAfter(conditions, from.at, size)
        : client.nextOf(from.next, client.urlOf(''));
    const following = (page: Page) => {
      const url = course.after(page);
      return url && ask(url);
    };
    for await (const { records } of readAhead(ask(first), following, signal)) {
      yield { rows: records.map((one) => rowOf(one, columns)), place: course.place };
    }
  }

  keyOf({ row }: Read): readonly Cell[] {
    return this.keys.map((field) => row[this.terms.columns.indexOf(field)] ?? null);
  }

  literal(field: SapField, cell: Cell | undefined): string {
    const { version, object } = this.terms;
    const said = cell == null || !field.isFilterable ? undefined : literalOf(field, version, cell);
    if (said !== undefined) return said;
    const message = `Records of ${object.name} cannot be chosen by this value of ${field.name}.`;
    throw new ConnectorError('request', message);
  }

  urlAfter(conditions: readonly string[], at: readonly Cell[] | undefined, size: number): URL {
    if (!this.isStepped) return this.#urlOf({ conditions });
    const orderBy = this.keys.map(({ name }) => name);
    const beyond = at ? [this.#beyond(at)] : [];
    return this.#urlOf({ conditions: [...conditions, ...beyond], orderBy, top: size });
  }

  #beyond(at: readonly Cell[]): string {
    const literals = this.keys.map((field, nth) => this.literal(field, at[nth]));
    const steps = this.keys.map(({ name }, nth) => {
      const same = this.keys
        .slice(0, nth)
        .map((before, place) => `${before.name} eq ${literals[place]}`);
      return `(${[...same, `${name} gt ${literals[nth]}`].join(' and ')})`;
    });
    return steps.length === 1 ? (steps[0] ?? '') : `(${steps.join(' or ')})`;
  }

  #urlOf({ conditions, orderBy = [], top, skip }: Asked): URL {
    const { client, object, columns, version } = this.terms;
    return client.urlOf(encodeURIComponent(object.name), {
      $filter: conditions.length > 0 ? conditions.join(' and ') : undefined,
      $orderby: orderBy.length > 0 ? orderBy.join(',') : undefined,
      $select: selectOf(columns),
      $top: top?.toString(),
      $skip: skip?.toString(),
      $format: version === 'v2' ? 'json' : undefined,
    });
  }
}

/** Where a list goes on after each of its pages. */
class Course {
  /** Of the page that was given last; undefined: it is the end. */
  place: Place | undefined;
  readonly #listing: Listing;
  readonly #conditions: readonly string[];
  readonly #size: number;
  #at: readonly Cell[] | undefined;
  #count = 0;
  #longest = 0;

  constructor(
    listing: Listing,
    conditions: readonly string[],
    { at, size }: { at: readonly Cell[] | undefined; size: number },
  ) {
    this.#listing = listing;
    this.#conditions = conditions;
    this.#at = at;
    this.#size = size;
  }

  /** @throws ConnectorError for a page that came before */
  after({ records, next }: Page): URL | undefined {
    const { isStepped, terms } = this.#listing;
    const last = records.at(-1);
    const reached = last ? this.#listing.keyOf(rowOf(last, terms.columns)) : this.#at;
    this.#count += records.length;
    if (next) {
      this.place = isStepped && reached ? { at: reached } : { next: shown(next) };
      return next;
    }
    this.place = undefined;
    if (!isStepped || this.#count === 0 || this.#count < this.#longest) return undefined;
    if (JSON.stringify(reached) === JSON.stringify(this.#at)) throw unordered(terms.object);
    this.#at = reached;
    this.#longest = Math.max(this.#longest, this.#count);
    this.#count = 0;
    this.place = reached ? { at: reached } : {};
    return this.#listing.urlAfter(this.#conditions, reached, this.#size);
  }
}

function unordered({ name }: SapObject): ConnectorError {
  const message = `SAP does not list ${name} in the order of its key: the same page comes again.`;
  return new ConnectorError('configuration', message);
}

/** Without the host, which the connection says. */
function shown({ pathname, search }: URL): string {
  return `${pathname}${search}`;
}
