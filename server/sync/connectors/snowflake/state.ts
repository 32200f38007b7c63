import { ownPrefix } from '../sql/names.ts';
import { type Beginning, type Owner, overtaken } from '../sql/owner.ts';
import type { Link } from './link.ts';
import { literal } from './names.ts';

/** Where the syncs into a schema are, and who may say so: kept beside what they have written. */
export class State {
  readonly #link: Link;
  readonly #table: string;
  readonly #owner: Owner;

  constructor(link: Link, table: string, owner: Owner) {
    this.#link = link;
    this.#table = table;
    this.#owner = owner;
  }

  /**
   * From here on earlier fences are refused. Answers the position that was kept; anew: of this run. What
   * has kept none begins at `beginning`.
   */
  async takeOver({ isAnew, beginning }: Beginning): Promise<string | undefined> {
    await this.#link.run(
      `create table if not exists ${this.#table} (SYNC_ID VARCHAR not null, RUN_ID VARCHAR,
         FENCE NUMBER(19,0), POSITION VARCHAR, UPDATED_AT TIMESTAMP_TZ, primary key (SYNC_ID))`,
    );
    await this.#endEarlier();
    const { syncId, runId, fence } = this.#owner;
    const isForgotten = isAnew ? 't.RUN_ID <> s.RUN_ID' : 'false';
    const counts = await this.#link.change(
      `merge into ${this.#table} as t
       using (select ? as SYNC_ID, ? as RUN_ID, to_number(?, 19, 0) as FENCE, ? as POSITION) as s
       on t.SYNC_ID = s.SYNC_ID
       when matched and (t.FENCE <= s.FENCE) then update set
         POSITION = case when ${isForgotten} then s.POSITION else t.POSITION end,
         RUN_ID = s.RUN_ID, FENCE = s.FENCE, UPDATED_AT = current_timestamp()
       when not matched then insert (SYNC_ID, RUN_ID, FENCE, POSITION, UPDATED_AT)
         values (s.SYNC_ID, s.RUN_ID, s.FENCE, s.POSITION, current_timestamp())`,
      [syncId, runId, String(fence), beginning ?? null],
    );
    if (counts.every((count) => count === 0)) throw overtaken();
    const mine = `SYNC_ID = ${literal(syncId)}`;
    const rows = await this.#link.query(`select POSITION from ${this.#table} where ${mine}`);
    return rows[0]?.[0] ?? undefined;
  }

  /** That no later fence has been here: statements of an earlier one find nothing to do. */
  get fence(): string {
    const { syncId, fence } = this.#owner;
    return ` where exists (select 1 from ${this.#table}
      where SYNC_ID = ${literal(syncId)} and FENCE = to_number('${fence}', 19, 0))`;
  }

  /** Others wait for the row of the state from here on. */
  async begin(): Promise<void> {
    const { syncId, fence } = this.#owner;
    await this.#link.run(`begin name ${nameOf(syncId)}_${fence}`);
    await this.move(undefined);
  }

  /** Within a transaction: `undefined` leaves the position, `null` forgets it. */
  async move(position: string | null | undefined): Promise<void> {
    const { syncId, fence } = this.#owner;
    const [count] = await this.#link.change(
      `update ${this.#table} set UPDATED_AT = current_timestamp()${position === undefined ? '' : ', POSITION = ?'}
       where SYNC_ID = ? and FENCE = to_number(?, 19, 0)`,
      [...(position === undefined ? [] : [position]), syncId, String(fence)],
    );
    if (!count) throw overtaken();
  }

  /** Deletes what was kept up to this fence, and answers whether that was so. */
  async forget(isGone: boolean): Promise<boolean> {
    await this.#endEarlier();
    const { syncId, fence } = this.#owner;
    const change = isGone
      ? `delete from ${this.#table}`
      : `update ${this.#table} set POSITION = null`;
    const [count] = await this.#link.change(
      `${change} where SYNC_ID = ? and FENCE <= to_number(?, 19, 0)`,
      [syncId, String(fence)],
    );
    return Boolean(count);
  }

  /**
   * A process that was killed leaves its transaction open, and the table locked, until Snowflake ends
   * it after minutes: https://docs.snowflake.com/en/sql-reference/transactions. A user may end its own.
   */
  async #endEarlier(): Promise<void> {
    const { syncId, fence } = this.#owner;
    const { names, rows } = await this.#link.told('show transactions');
    const [id, name] = ['id', 'name'].map((one) => names.indexOf(one));
    for (const row of rows) {
      const [, prefix, number] = /^(.*)_(\d+)$/.exec((row[name!] ?? '').toLowerCase()) ?? [];
      if (prefix !== nameOf(syncId) || Number(number) > fence) continue;
      // It may have ended by itself meanwhile.
      const end = `select system$abort_transaction(${BigInt(row[id!] ?? '0')})`;
      await this.#link.run(end).catch(() => undefined);
    }
  }
}

function nameOf(syncId: string): string {
  return ownPrefix(syncId);
}
