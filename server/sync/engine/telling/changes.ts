import type { Changes, Followed, FollowGuard, Unemptied } from '../../connectors/changes.ts';
import type { Field, Session, WriteRequest } from '../../connectors/connector.ts';
import type { Row } from '../../values/types.ts';
import { type Heard, Teller } from './teller.ts';
import { batchIn, type Kept, type Telling } from './telling.ts';

type Following = {
  readonly session: Session;
  readonly request: WriteRequest;
  readonly skipped: readonly string[];
  /** Whether what is written is there before anybody hears of it. */
  readonly isLate: boolean;
};

type Follow = (guard: FollowGuard) => Promise<Followed | Unemptied>;
type Refused = Followed['rejected'];
/** What is told of some of the changes, unless the destination refuses them. */
type Group = { readonly heard: readonly Heard[]; isOf(of: Refused[number]['of']): boolean };

const readBytes = 4 * 2 ** 20;
const readRows = 10_000;

/** Tells of changes that are written as they come. */
export class ToldChanges {
  readonly #telling: Telling;
  readonly #teller: Teller;
  readonly #following: Following;

  constructor(telling: Telling, following: Following) {
    const { session, request, skipped } = following;
    this.#telling = telling;
    this.#teller = new Teller(telling, { ...request, session, skipped });
    this.#following = following;
  }

  /** Writes them by `follow`; what it commits with `position` is told after that. */
  async follow(
    changes: Changes,
    { position, ...guard }: FollowGuard & { position: string | undefined },
    follow: Follow,
  ): Promise<Followed | Unemptied> {
    const batch = batchIn(position);
    const groups = await this.#groups(changes);
    const heard = groups.flatMap((group) => group.heard);
    const emptied = changes.isEmptied ? await this.#keepAll(batch) : undefined;
    const { isLate } = this.#following;
    let kept = isLate ? await this.#telling.keep(heard, batch) : undefined;
    const keep: FollowGuard['keep'] = async (followed) => {
      const refused = followed.rejected;
      if (!isLate || refused.length > 0)
        kept = await this.#telling.keep(without(groups, refused), batch, kept);
      return guard.keep(followed);
    };
    const followed = await follow({ ...guard, keep });
    if ('planned' in followed) {
      if (emptied) await this.#telling.forget(emptied);
    } else if (changes.isWhole) await this.#telling.tell();
    return followed;
  }

  async #groups({ deleted, written, altered }: Changes): Promise<Group[]> {
    const { fields } = this.#following.request;
    const parts = [written, ...altered.map((one) => one.batch)];
    const gone = await this.#teller.gone(this.#keyFields, deleted);
    const groups: Group[] = [{ heard: gone, isOf: (of) => !parts.includes(of) }];
    for (const { fields: names, batch } of altered) {
      const heard = await this.#teller.altered(fields, names, batch.rows);
      groups.push({ heard, isOf: (of) => of === batch });
    }
    const heard = await this.#teller.written(fields, written);
    return [...groups, { heard, isOf: (of) => of === written }];
  }

  /** All that is there goes. */
  async #keepAll(batch: number | null): Promise<Kept | undefined> {
    const listened = await this.#telling.listened();
    if (!listened?.has('record.deleted')) return undefined;
    const { session, request } = this.#following;
    const reading = await session.read({
      object: request.object,
      fields: request.key,
      key: request.key,
      batchBytes: readBytes,
      batchRows: readRows,
      signal: request.signal,
    });
    let kept: Kept | undefined;
    for await (const { rows } of reading.batches) {
      const more = await this.#keepGone(reading.fields, rows, batch);
      if (more) kept = { ...(kept ?? more), upTo: more.upTo };
    }
    return kept;
  }

  async #keepGone(fields: readonly Field[], rows: readonly Row[], batch: number | null) {
    return this.#telling.keep(await this.#teller.gone(fields, rows, false), batch);
  }

  get #keyFields(): readonly Field[] {
    const { fields, key } = this.#following.request;
    return key.flatMap((name) => fields.filter((field) => field.name === name));
  }
}

function without(groups: readonly Group[], refused: Refused): Heard[] {
  return groups.flatMap(({ heard, isOf }) => {
    const own = new Set(refused.filter(({ of }) => isOf(of)).map(({ index }) => index));
    return heard.filter(({ index }) => !own.has(index));
  });
}
