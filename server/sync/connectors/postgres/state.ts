import { ownNames, ownPrefix, quote } from '../sql/names.ts';
import { type Beginning, type Owner, overtaken } from '../sql/owner.ts';
import type { Link } from './link.ts';

/** Where the syncs into a schema are, and who may say so: kept beside what they have written. */
export class State {
  readonly #link: Link;
  readonly #table: string;
  readonly #schema: string;
  readonly #owner: Owner;

  constructor(link: Link, schema: string, owner: Owner) {
    this.#link = link;
    this.#schema = quote(schema);
    this.#table = `${quote(schema)}.heddle_state`;
    this.#owner = owner;
  }

  /**
   * From here on earlier fences are refused. Answers the position that was kept; anew: of this run. What
   * has kept none begins at `beginning`.
   */
  async takeOver({ isAnew, beginning }: Beginning): Promise<string | undefined> {
    await this.#ensureTable();
    await this.#endEarlier();
    const { syncId, runId, fence } = this.#owner;
    const { rows } = await this.#link.query(
      `insert into ${this.#table} as state (sync_id, run_id, fence, position)
       values ($1, $2, $3, $5)
       on conflict (sync_id) do update set run_id = excluded.run_id, fence = excluded.fence,
         position = case when $4::boolean and state.run_id <> excluded.run_id then excluded.position
           else state.position end,
         updated_at = now()
       where state.fence <= excluded.fence
       returning position`,
      [syncId, runId, fence, isAnew, beginning ?? null],
    );
    if (rows.length === 0) throw overtaken();
    return rows[0]?.[0] ?? undefined;
  }

  /**
   * A process that is frozen would hold what it has written, and its row of the state, until its
   * transaction is too old.
   */
  async #endEarlier(): Promise<void> {
    const { syncId, fence } = this.#owner;
    const ending = `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
      where application_name = $1 and usename = current_user and datname = current_database()
        and pid <> pg_catalog.pg_backend_pid()
        and not exists (select from ${this.#table} where sync_id = $2 and fence > $3)`;
    // Where it may not be ended, it ends by its own limit.
    await this.#link.query(ending, [ownPrefix(syncId), syncId, fence]).catch(() => undefined);
  }

  /** Within a transaction: `undefined` leaves the position, `null` forgets it. */
  async move(position: string | null | undefined): Promise<void> {
    const { syncId, fence } = this.#owner;
    const { count } = await this.#link.query(
      `update ${this.#table} set updated_at = now(),
         position = case when $3::boolean then position else $4 end
       where sync_id = $1 and fence = $2`,
      [syncId, fence, position === undefined, position ?? null],
    );
    if (count === 0) throw overtaken();
  }

  /** Deletes what was kept and made up to this fence; `isGone`: as if it had never been. */
  async forget(isGone: boolean): Promise<void> {
    if (!(await this.#isThere())) return;
    await this.#endEarlier();
    const { syncId, fence } = this.#owner;
    const { stage, seen } = ownNames(syncId);
    const tables = [stage, seen].map((name) => `${this.#schema}.${quote(name)}`);
    await this.#link.beginWriting();
    try {
      const { count } = await this.#link.query(
        `${isGone ? `delete from ${this.#table}` : `update ${this.#table} set position = null`}
         where sync_id = $1 and fence <= $2`,
        [syncId, fence],
      );
      if (count > 0) await this.#link.run(`drop table if exists ${tables.join(', ')}`);
      await this.#link.run('commit');
    } catch (error) {
      await this.#link.run('rollback').catch(() => undefined);
      throw error;
    }
  }

  async #isThere(): Promise<boolean> {
    const { rows } = await this.#link.query('select pg_catalog.to_regclass($1)', [this.#table]);
    return rows[0]?.[0] != null;
  }

  async #ensureTable(): Promise<void> {
    if (await this.#isThere()) return;
    const make = () =>
      this.#link.run(
        `create schema if not exists ${this.#schema};
         create table if not exists ${this.#table} (
           sync_id text primary key, run_id text not null, fence bigint not null, position text,
           updated_at timestamptz not null default now())`,
      );
    // Two that make it at once may meet in the catalogue.
    await make().catch(make);
  }
}
