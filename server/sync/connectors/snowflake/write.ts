import type { Batch } from '../batch.ts';
import type { Changes, Followed, FollowGuard, Unemptied } from '../changes.ts';
import type {
  Beside,
  Finished,
  ForgetRequest,
  Plan,
  WriteRequest,
  Writer,
  Written,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { finishedBy, positionFor } from '../finished.ts';
import { follow } from '../sql/follow.ts';
import { ownNames, quote } from '../sql/names.ts';
import { findTable, hasState, type Place, placeFor } from './catalogue.ts';
import { followingOf } from './follow.ts';
import type { Link } from './link.ts';
import { type Load, loadRows } from './load.ts';
import { quoteIn } from './names.ts';
import { State } from './state.ts';
import { type Target, targetOf } from './target.ts';

/** Looks at the destination, and changes nothing before it is told to. @throws ConnectorError */
export async function write(link: Link, place: Place, request: WriteRequest): Promise<Writer> {
  if (request.mode === 'mirror') {
    const message = 'Snowflake is written to in the modes upsert, append and replace.';
    throw new ConnectorError('request', message, { field: 'mode' });
  }
  if (request.key.length === 0 && request.mode === 'upsert') {
    throw new ConnectorError('request', 'The mode upsert needs a key.', { field: 'key' });
  }
  return new SnowflakeWriter(link, request, await targetOf(link, place, request));
}

/** Where a table of its own was made, that goes too. */
export async function forget(
  link: Link,
  place: Place,
  { object, state, isGone }: ForgetRequest,
): Promise<void> {
  const { schema } =
    (await findTable(link, place, object)) ?? (await placeFor(link, place, object));
  if (!(await hasState(link, place, schema))) return;
  const kept = new State(link, quoteIn(place.database, schema, 'HEDDLE_STATE'), {
    ...state,
    runId: '',
  });
  if (!(await kept.forget(isGone))) return;
  const stage = quoteIn(place.database, schema, ownNames(state.syncId).stage);
  await link.run(`drop table if exists ${stage}`);
}

class SnowflakeWriter implements Writer {
  readonly plan: Plan;
  readonly keepsPosition = true;
  readonly #link: Link;
  readonly #request: WriteRequest;
  readonly #target: Target;
  readonly #state: State;
  #position: Promise<string | undefined> | undefined;
  #isOpen = false;

  constructor(link: Link, request: WriteRequest, target: Target) {
    this.#link = link;
    this.#request = request;
    this.#target = target;
    this.#state = new State(link, target.state, request.state);
    this.plan = target.plan;
  }

  position(): Promise<string | undefined> {
    this.#position ??= this.#takeOver();
    return this.#position;
  }

  async prepare(): Promise<void> {
    const isEmpty = (await this.position()) === undefined;
    for (const statement of this.plan.statements) await this.#link.run(statement);
    if (this.#request.mode !== 'replace') return;
    const { stage, table } = this.#target;
    if (isEmpty) await this.#link.run(`drop table if exists ${stage}`);
    await this.#link.run(`create table if not exists ${stage} like ${table}`);
  }

  async write(batch: Batch, beside?: Beside): Promise<Written> {
    try {
      await this.#begin();
      const written = await loadRows(this.#link, this.#load(), batch.rows);
      const position = beside ? await beside.keep(written) : batch.position;
      if (position !== undefined || !this.#isHeld) await this.#commit(position);
      return written;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  async finish(): Promise<Finished> {
    if (this.#request.mode !== 'replace') {
      if (this.#isOpen) await this.#commit(undefined);
      return { isDone: true, deleted: 0 };
    }
    try {
      await this.#begin();
      const deleted = await this.#replace();
      // Done again, it would replace what it has just written.
      await this.#commit(finishedBy(this.#request.state.runId));
      await this.#link.run(`drop table if exists ${this.#target.stage}`);
      return { isDone: true, deleted };
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  follow(changes: Changes, guard: FollowGuard): Promise<Followed | Unemptied> {
    const transaction = {
      begin: () => this.#begin(),
      commit: (position: string | undefined) => this.#commit(position),
      rollBack: () => this.#rollBack(),
    };
    const following = followingOf(this.#link, this.#request, this.#target, this.#load());
    return follow(transaction, following, changes, guard);
  }

  undo(): Promise<void> {
    return this.#rollBack();
  }

  async close(): Promise<void> {
    await this.#rollBack();
    await this.#link.close();
  }

  /** Rows that would stand there twice wait for their position. */
  get #isHeld(): boolean {
    return this.#request.mode === 'append' || this.#request.key.length === 0;
  }

  async #takeOver(): Promise<string | undefined> {
    const [first] = this.plan.statements;
    // The state is kept beside the table, in a schema that may be still to be made.
    if (first?.startsWith('create schema')) await this.#link.run(first);
    return positionFor(this.#request.state.runId, await this.#state.takeOver(this.#request));
  }

  #load(): Load {
    const { mode, key } = this.#request;
    const { table, stage, slots, constants } = this.#target;
    return {
      action: mode === 'append' || key.length === 0 ? 'insert' : 'upsert',
      into: mode === 'replace' ? stage : table,
      ...{ slots, constants, fence: this.#state.fence },
    };
  }

  /** Within a transaction: what stood in the target goes, what waited comes. */
  async #replace(): Promise<number> {
    const { table, stage, slots, constants } = this.#target;
    const columns = [...slots.map(({ column }) => column), ...Object.keys(constants)];
    const names = columns.map(quote).join(', ');
    const [deleted = 0] = await this.#link.change(`delete from ${table}${this.#state.fence}`);
    await this.#link.run(
      `insert into ${table} (${names}) select ${names} from ${stage}${this.#state.fence}`,
    );
    return deleted;
  }

  async #begin(): Promise<void> {
    if (this.#isOpen) return;
    this.#isOpen = true;
    await this.#state.begin();
  }

  async #commit(position: string | null | undefined): Promise<void> {
    await this.#state.move(position);
    await this.#link.run('commit');
    this.#isOpen = false;
  }

  async #rollBack(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await this.#link.run('rollback').catch(() => undefined);
  }
}
