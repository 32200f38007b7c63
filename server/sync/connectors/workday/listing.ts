import { ConnectorError } from '../failure.ts';
import type { WorkdayClient } from './client.ts';
import type { Instance } from './instances.ts';

/** How far a list was read, as long as nothing in it had moved. */
export type Place = {
  readonly offset: number;
  /** The last one that was read, with which the next page begins. */
  readonly last?: string;
  readonly total?: number;
};
export type ListPage = { readonly instances: readonly Instance[]; readonly place?: Place };

const passesMax = 5;
const start: Place = { offset: 0 };

/**
 * A list that can be asked for by offset only, while it changes: what moves forward meanwhile is passed
 * over. Each page begins with the last instance of the page before; where that stands elsewhere by
 * then, the total is another one, or an instance comes twice, the list is read again, and what had not
 * come before comes. It is over when nothing has moved, or nothing more has come.
 */
export class Listing {
  readonly #client: WorkdayClient;
  readonly #path: string;
  readonly #signal: AbortSignal;
  /** In which pass each instance was met last. */
  readonly #met = new Map<string, number>();

  constructor(client: WorkdayClient, path: string, signal: AbortSignal) {
    this.#client = client;
    this.#path = path;
    this.#signal = signal;
  }

  /** Each instance once; a page has no place when the list has moved. @throws ConnectorError */
  async *pages(from: Place = start): AsyncGenerator<ListPage> {
    for (let pass = 1; pass <= passesMax; pass += 1) {
      const { hasMoved, fresh } = yield* this.#pass(pass, pass === 1 ? from : start);
      if (!hasMoved || (pass > 1 && fresh === 0)) return;
    }
    const message = `The list of ${this.#path} has changed each time that it was read, ${passesMax} times.`;
    throw new ConnectorError('retry', message);
  }

  async *#pass(
    pass: number,
    from: Place,
  ): AsyncGenerator<ListPage, { hasMoved: boolean; fresh: number }> {
    let { offset, last, total } = from;
    let hasMoved = false;
    let fresh = 0;
    for (;;) {
      const asked = last === undefined ? offset : offset - 1;
      const signal = this.#signal;
      const page = await this.#client.page(this.#path, { offset: asked, signal });
      const isJoined = last === undefined || page.instances[0]?.id === last;
      const isSame = total === undefined || page.total === undefined || page.total === total;
      if (!isJoined || !isSame) hasMoved = true;
      total = page.total ?? total;
      const own = isJoined && last !== undefined ? page.instances.slice(1) : page.instances;
      const instances = own.filter((one) => {
        const id = idOf(one);
        const before = id === undefined ? undefined : this.#met.get(id);
        if (before === pass) hasMoved = true;
        if (id !== undefined) this.#met.set(id, pass);
        return before === undefined;
      });
      fresh += instances.length;
      offset = asked + page.instances.length;
      last = idOf(page.instances.at(-1)) ?? last;
      const isOver = own.length === 0 || (page.total !== undefined && offset >= page.total);
      if (isOver && page.total !== undefined && offset !== page.total) hasMoved = true;
      const isPlace = pass === 1 && !hasMoved && last !== undefined;
      const place = {
        offset,
        ...(last === undefined ? {} : { last }),
        ...(total === undefined ? {} : { total }),
      };
      yield { instances, ...(isPlace && !isOver ? { place } : {}) };
      if (isOver) return { hasMoved, fresh };
    }
  }
}

function idOf(instance: Instance | undefined): string | undefined {
  return typeof instance?.id === 'string' ? instance.id : undefined;
}
