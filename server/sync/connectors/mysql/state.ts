import { finishedBy } from '../finished.ts';
import { ownPrefix } from '../sql/names.ts';
import { type Beginning, type Owner, overtaken } from '../sql/owner.ts';
import { findSchema } from './catalogue.ts';
import type { Link } from './link.ts';
import { literal, quote, quoteIn } from './names.ts';
import { dropOthers, isThere, ownTables } from './own.ts';
import { swapperIn, swapStage } from './replace.ts';

const lockSeconds = 10;

/** Where the syncs into a database are, and who may say so: kept beside what they have written. */
export class State {
  readonly #link: Link;
  readonly #schema: string;
  readonly #table: string;
  readonly #owner: Owner;

  constructor(link: Link, schema: string, owner: Owner) {
    this.#link = link;
    this.#schema = schema;
    this.#table = quoteIn(schema, 'heddle_state');
    this.#owner = owner;
  }

  /**
   * From here on earlier fences are refused. Answers the position that was kept; anew: of this run. What
   * has kept none begins at `beginning`.
   */
  async takeOver({ isAnew, beginning }: Beginning): Promise<string | undefined> {
    await this.#ensureTable();
    // Where it may not be ended, it ends by its own limit.
    await this.#endEarlier().catch(() => undefined);
    const { syncId, runId, fence } = this.#owner;
    const isLater = 'fence <= values(fence)';
    const isForgotten = `${isLater} and ${isAnew} and run_id <> values(run_id)`;
    await this.#link.run('start transaction');
    // Assigned one after the other: what decides about the others comes last.
    await this.#link.run(
      `insert into ${this.#table} (sync_id, run_id, fence, position)
       values (${literal(syncId)}, ${literal(runId)}, ${fence},
         ${beginning === undefined ? 'null' : literal(beginning)})
       on duplicate key update position = if(${isForgotten}, values(position), position),
         run_id = if(${isLater}, values(run_id), run_id),
         updated_at = if(${isLater}, now(6), updated_at), fence = greatest(fence, values(fence))`,
    );
    const [row] = await this.#link.query(
      `select fence, position from ${this.#table} where sync_id = ${literal(syncId)}`,
    );
    await this.#link.run('commit');
    if (row?.[0] !== String(fence)) throw overtaken();
    return row[1] ?? undefined;
  }

  /**
   * A process that is frozen would hold what it has written, and its row of the state, for as long as
   * it is connected. Whoever writes for a sync holds the lock of its name, by which it is found.
   */
  async #endEarlier(): Promise<void> {
    const { syncId, fence } = this.#owner;
    const name = literal(ownPrefix(syncId));
    const [row] = await this.#link.query(
      `select nullif(is_used_lock(${name}), connection_id()) from dual where not exists (select 1 from ${this.#table}
         where sync_id = ${literal(syncId)} and fence > ${fence})`,
    );
    if (row?.[0]) await this.#link.run(`kill ${Number(row[0])}`).catch(() => undefined);
    if (row) await this.#link.query(`select get_lock(${name}, ${lockSeconds})`);
  }

  /** Within a transaction: `undefined` leaves the position, `null` forgets it. */
  async move(position: string | null | undefined): Promise<void> {
    const { syncId, fence } = this.#owner;
    const isMine = `sync_id = ${literal(syncId)} and fence = ${fence}`;
    const rows = await this.#link.query(
      `select fence from ${this.#table} where ${isMine} for update`,
    );
    if (rows.length === 0) throw overtaken();
    const kept = position === null ? 'null' : position && literal(position);
    await this.#link.run(
      `update ${this.#table} set updated_at = now(6), position = ${kept ?? 'position'}
       where ${isMine}`,
    );
  }

  /**
   * Deletes what was kept and made up to this fence; `isGone`: as if it had never been. A table that a
   * run was about to replace is replaced first.
   */
  async forget(isGone: boolean, { table }: { table: string }): Promise<void> {
    if (!(await isThere(this.#link, this.#table))) return;
    await this.#endEarlier().catch(() => undefined);
    const { syncId, fence } = this.#owner;
    const isMine = `sync_id = ${literal(syncId)} and fence <= ${fence}`;
    const [row] = await this.#link.query(`select position from ${this.#table} where ${isMine}`);
    if (!row) return;
    const swapper = swapperIn(row[0] ?? undefined);
    if (swapper !== undefined) {
      const own = ownTables(this.#schema, { syncId, runId: swapper });
      await swapStage(this.#link, { table, own });
    }
    // The row is what says that there is something: it goes when there is nothing any more.
    await dropOthers(this.#link, this.#schema, this.#owner);
    const kept = swapper === undefined ? 'null' : literal(finishedBy(swapper));
    await this.#link.run(
      isGone
        ? `delete from ${this.#table} where ${isMine}`
        : `update ${this.#table} set position = ${kept} where ${isMine}`,
    );
  }

  async #ensureTable(): Promise<void> {
    if (await isThere(this.#link, this.#table)) return;
    if ((await findSchema(this.#link, this.#schema)) === undefined) {
      await this.#link.run(`create database if not exists ${quote(this.#schema)}`);
    }
    await this.#link.run(
      `create table if not exists ${this.#table} (
         sync_id varchar(255) not null primary key, run_id varchar(255) not null,
         fence bigint not null, position longtext null, updated_at datetime(6) not null default now(6)
       ) engine = InnoDB character set utf8mb4 collate utf8mb4_bin`,
    );
  }
}
