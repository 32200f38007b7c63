import type { Batch } from '../batch.ts';
import type { Changes, Followed, FollowGuard, Unemptied } from '../changes.ts';
import type {
  Beside,
  Finished,
  FinishGuard,
  Plan,
  WriteRequest,
  Writer,
  Written,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { finishedBy, positionFor } from '../finished.ts';
import { follow, slotsOf } from '../sql/follow.ts';
import { quote } from '../sql/names.ts';
import { anewOf } from './anew.ts';
import type { Anew, Writing } from './asked.ts';
import { cellOf } from './cells.ts';
import { followingOf } from './follow.ts';
import type { Link } from './link.ts';
import { State } from './state.ts';
import { constantsOf, statementOf } from './statements.ts';
import { type Target, targetOf } from './target.ts';

const toldAtOnce = 10_000;

/** Looks at the destination, and changes nothing before it is told to. @throws ConnectorError */
export async function write(link: Link, request: WriteRequest): Promise<Writer> {
  if (request.key.length === 0 && (request.mode === 'upsert' || request.mode === 'mirror')) {
    throw new ConnectorError('request', `The mode ${request.mode} needs a key.`, { field: 'key' });
  }
  const target = await targetOf(link, request);
  return new SqliteWriter(link, request, target, await anewOf(link, request, target));
}

class SqliteWriter implements Writer {
  readonly plan: Plan;
  readonly keepsPosition = true;
  readonly #link: Link;
  readonly #request: WriteRequest;
  readonly #target: Target;
  readonly #state: State;
  readonly #writing: Omit<Writing, 'rows' | 'refused'>;
  #position: Promise<string | undefined> | undefined;
  #isOpen = false;

  constructor(link: Link, request: WriteRequest, target: Target, anew: Anew | undefined) {
    this.#link = link;
    this.#request = request;
    this.#target = target;
    this.#state = new State(link, request.state);
    this.#writing = { ...writingOf(request, target), anew };
    this.plan = target.plan;
  }

  position(): Promise<string | undefined> {
    this.#position ??= this.#takeOver();
    return this.#position;
  }

  async prepare(): Promise<void> {
    const isEmpty = (await this.position()) === undefined;
    const { mode } = this.#request;
    for (const statement of this.plan.statements) await this.#link.run(statement);
    if (mode === 'replace') await this.#prepareStage(isEmpty);
    if (mode === 'mirror') await this.#prepareSeen(isEmpty);
  }

  async write(batch: Batch, beside?: Beside): Promise<Written> {
    const refused = beside?.refused ?? [];
    try {
      await this.#begin();
      const wrote = await this.#link.ask('write', { ...this.#writing, rows: batch.rows, refused });
      const position = beside ? await beside.keep(wrote) : batch.position;
      if (position !== undefined || !this.#isHeld) await this.#commit(position);
      return wrote;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  async finish(guard: FinishGuard): Promise<Finished> {
    const { mode } = this.#request;
    if (mode === 'upsert' || mode === 'append') {
      if (this.#isOpen) await this.#commit(undefined);
      return { isDone: true, deleted: 0 };
    }
    try {
      await this.#begin();
      const finished = mode === 'mirror' ? await this.#mirror(guard) : await this.#replace();
      // Done again, it would replace or delete what it has just written.
      await this.#commit(finished.isDone ? finishedBy(this.#request.state.runId) : undefined);
      return finished;
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
    const following = followingOf(this.#link, this.#request, this.#target, this.#writing);
    return follow(transaction, following, changes, guard);
  }

  undo(): Promise<void> {
    return this.#rollBack();
  }

  async close(): Promise<void> {
    await this.#rollBack();
    await this.#link.close();
  }

  async #takeOver(): Promise<string | undefined> {
    // What is answered stays, though the machine dies: https://www.sqlite.org/pragma.html#pragma_synchronous
    if (this.#request.isFollowing) await this.#link.run('pragma synchronous = extra');
    return positionFor(this.#request.state.runId, await this.#state.takeOver(this.#request));
  }

  /** See the writer of PostgreSQL: rows that would stand there twice wait for their position. */
  get #isHeld(): boolean {
    return this.#request.mode === 'append' || this.#request.key.length === 0;
  }

  /** A table as the target is, but for its indexes and triggers. */
  async #prepareStage(isEmpty: boolean): Promise<void> {
    const { stage, table } = this.#target;
    if (isEmpty) await this.#link.run(`drop table if exists ${stage}`);
    const name = unquoted(table);
    const rows = await this.#link.all('select sql from sqlite_schema where name = ?', [name]);
    const shape =
      /^CREATE TABLE\s+("(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|'(?:[^']|'')*'|[^\s(]+)(.*)$/is;
    const [, , rest = ''] = shape.exec(String(rows[0]?.[0])) ?? [];
    await this.#link.run(`create table if not exists ${stage} ${rest}`);
    const keys = this.#keys();
    if (keys.length === 0) return;
    const index = quote(`${unquoted(stage)}_key`);
    await this.#link.run(`create unique index if not exists ${index} on ${stage} (${keys})`);
  }

  async #replace(): Promise<Finished> {
    const { stage, table } = this.#target;
    const { columns } = this.#writing;
    const written = columns.flatMap((column) => (column ? [quote(column.name)] : []));
    const names = [...written, ...Object.keys(constantsOf(this.#request)).map(quote)].join(', ');
    const deleted = await this.#link.change(`delete from ${table}`);
    await this.#link.run(
      `insert into ${table} (${names}) select ${names} from ${stage}; drop table ${stage}`,
    );
    return { isDone: true, deleted };
  }

  async #prepareSeen(isEmpty: boolean): Promise<void> {
    const { seen, slots } = this.#target;
    if (isEmpty) await this.#link.run(`drop table if exists ${seen}`);
    const keys = slots.filter(({ isKey }) => isKey);
    const columns = keys.map(({ name, declared }) => `${quote(name)} ${declared} not null`);
    await this.#link.run(
      `create table if not exists ${seen} (${columns.join(', ')}, primary key (${this.#keys()}))`,
    );
  }

  async #mirror({ deletesMax, gone }: FinishGuard): Promise<Finished> {
    const { seen, table } = this.#target;
    const isMarked = this.#request.delete === 'mark';
    const isUnseen = `(${this.#keys()}) not in (select ${this.#keys()} from ${seen})`;
    const isThere = isMarked ? 'deleted_at is null' : 'true';
    const rows = await this.#link.all(
      `select coalesce(sum(${isUnseen}), 0), count(*) from ${table} where ${isThere}`,
    );
    const [planned = 0, total = 0] = rows[0]?.map(Number) ?? [];
    if (planned * 100 > total * deletesMax) return { isDone: false, planned, total };
    if (gone) await this.#tell(`${isThere} and ${isUnseen}`, gone);
    const deleted = await this.#link.change(
      isMarked
        ? `update ${table} set deleted_at = current_timestamp where ${isThere} and ${isUnseen}`
        : `delete from ${table} where ${isUnseen}`,
    );
    await this.#link.run(`drop table ${seen}`);
    return { isDone: true, deleted };
  }

  /** Has the keys heard of what is about to go. */
  async #tell(condition: string, gone: NonNullable<FinishGuard['gone']>): Promise<void> {
    const keys = slotsOf(this.#target.slots, this.#request.key);
    const names = keys.map(({ name }) => quote(name)).join(', ');
    const select = `select ${names} from ${this.#target.table} where ${condition} order by ${names}`;
    for (let from = 0; ; from += toldAtOnce) {
      const rows = await this.#link.all(`${select} limit ${toldAtOnce} offset ${from}`);
      await gone(
        rows.map((row) =>
          row.map((value, at) => {
            const cell = cellOf(value, keys[at]!.type);
            return 'text' in cell ? cell.text : null;
          }),
        ),
      );
      if (rows.length < toldAtOnce) return;
    }
  }

  #keys(): string {
    return this.#target.slots
      .filter(({ isKey }) => isKey)
      .map(({ name }) => quote(name))
      .join(', ');
  }

  async #begin(): Promise<void> {
    if (!this.#isOpen) await this.#link.run('begin immediate');
    this.#isOpen = true;
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

function writingOf(request: WriteRequest, target: Target): Omit<Writing, 'rows' | 'refused'> {
  const { mode, key } = request;
  const { slots, seen, stage, table } = target;
  const isInserted = mode === 'append' || key.length === 0;
  const keys = slots.flatMap(({ isKey }, place) => (isKey && !isInserted ? [place] : []));
  const names = keys.map((place) => quote(slots[place]!.name));
  const into = mode === 'replace' ? stage : table;
  return {
    sql: statementOf(isInserted ? 'insert' : 'upsert', into, slots, constantsOf(request)),
    columns: slots.map((slot) => (slot.isWritten ? slot : undefined)),
    key: keys,
    ...(mode === 'mirror'
      ? {
          note: `insert into ${seen} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})
            on conflict do nothing`,
        }
      : {}),
  };
}

function unquoted(name: string): string {
  return name.slice(1, -1).replaceAll('""', '"');
}
