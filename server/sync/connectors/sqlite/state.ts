import { ownNames, quote } from '../sql/names.ts';
import { type Beginning, type Owner, overtaken } from '../sql/owner.ts';
import type { Link } from './link.ts';

/** Where the syncs into a file are, and who may say so: kept beside what they have written. */
export class State {
  readonly #link: Link;
  readonly #owner: Owner;

  constructor(link: Link, owner: Owner) {
    this.#link = link;
    this.#owner = owner;
  }

  /**
   * From here on earlier fences are refused. Answers the position that was kept; anew: of this run. What
   * has kept none begins at `beginning`.
   */
  async takeOver({ isAnew, beginning }: Beginning): Promise<string | undefined> {
    await this.#link.run(
      `create table if not exists heddle_state (
         sync_id text primary key, run_id text not null, fence integer not null, position text,
         updated_at text not null default current_timestamp)`,
    );
    const { syncId, runId, fence } = this.#owner;
    const rows = await this.#link.all(
      `insert into heddle_state as state (sync_id, run_id, fence, position)
       values (?1, ?2, ?3, ?5)
       on conflict (sync_id) do update set run_id = excluded.run_id, fence = excluded.fence,
         position = case when ?4 and state.run_id <> excluded.run_id then excluded.position
           else state.position end,
         updated_at = current_timestamp
       where state.fence <= excluded.fence
       returning position`,
      [syncId, runId, BigInt(fence), isAnew ? 1n : 0n, beginning ?? null],
    );
    if (rows.length === 0) throw overtaken();
    return (rows[0]?.[0] as string | null) ?? undefined;
  }

  /** Within a transaction: `undefined` leaves the position, `null` forgets it. */
  async move(position: string | null | undefined): Promise<void> {
    const { syncId, fence } = this.#owner;
    const count = await this.#link.change(
      `update heddle_state set updated_at = current_timestamp,
         position = case when ?3 then position else ?4 end
       where sync_id = ?1 and fence = ?2`,
      [syncId, BigInt(fence), position === undefined ? 1n : 0n, position ?? null],
    );
    if (count === 0) throw overtaken();
  }

  /** Deletes what was kept and made up to this fence; `isGone`: as if it had never been. */
  async forget(isGone: boolean): Promise<void> {
    const known = "select 1 from sqlite_schema where name = 'heddle_state'";
    if ((await this.#link.all(known)).length === 0) return;
    const { syncId, fence } = this.#owner;
    const { stage, seen } = ownNames(syncId);
    const change = isGone ? 'delete from heddle_state' : 'update heddle_state set position = null';
    await this.#link.run('begin immediate');
    try {
      const isMine = 'where sync_id = ?1 and fence <= ?2';
      const count = await this.#link.change(`${change} ${isMine}`, [syncId, BigInt(fence)]);
      for (const table of count > 0 ? [stage, seen] : []) {
        await this.#link.run(`drop table if exists ${quote(table)}`);
      }
      await this.#link.run('commit');
    } catch (error) {
      await this.#link.run('rollback').catch(() => undefined);
      throw error;
    }
  }
}
