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
import { marksDeleted } from '../sql/columns.ts';
import { follow } from '../sql/follow.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import { followingOf } from './follow.ts';
import type { Link } from './link.ts';
import { type Load, loadRows } from './load.ts';
import { deleteUnseen, noteSeen, prepareSeen } from './mirror.ts';
import { literal } from './names.ts';
import { dropOthers, ownTables } from './own.ts';
import {
  isReplaceable,
  prepareStage,
  refill,
  swapperIn,
  swappingBy,
  swapStage,
} from './replace.ts';
import { State } from './state.ts';
import { type Target, targetOf } from './target.ts';

/** Tables, columns and indexes that are there already. */
const made = new Set([1007, 1050, 1060, 1061]);

/** Looks at the destination, and changes nothing before it is told to. @throws ConnectorError */
export async function write(link: Link, request: WriteRequest): Promise<Writer> {
  if (request.key.length === 0 && (request.mode === 'upsert' || request.mode === 'mirror')) {
    throw new ConnectorError('request', `The mode ${request.mode} needs a key.`, { field: 'key' });
  }
  return new MysqlWriter(link, request, await targetOf(link, request));
}

class MysqlWriter implements Writer {
  readonly plan: Plan;
  readonly keepsPosition = true;
  readonly #link: Link;
  readonly #request: WriteRequest;
  readonly #target: Target;
  readonly #state: State;
  readonly #load: Load;
  #position: Promise<string | undefined> | undefined;
  #isOpen = false;

  constructor(link: Link, request: WriteRequest, target: Target) {
    this.#link = link;
    this.#request = request;
    this.#target = target;
    this.#state = new State(link, target.schema, request.state);
    this.#load = loadOf(request, target);
    this.plan = target.plan;
  }

  position(): Promise<string | undefined> {
    this.#position ??= this.#takeOver();
    return this.#position;
  }

  async prepare(): Promise<void> {
    const { mode, state } = this.#request;
    const isEmpty = (await this.position()) === undefined;
    for (const statement of this.plan.statements) await this.#change(statement);
    if (mode === 'upsert' || mode === 'append') return;
    await dropOthers(this.#link, this.#target.schema, state);
    if (mode === 'replace') await prepareStage(this.#link, this.#target, isEmpty);
    else await prepareSeen(this.#link, this.#target, isEmpty);
  }

  async write(batch: Batch, beside?: Beside): Promise<Written> {
    try {
      await this.#begin();
      const written = await loadRows(this.#link, this.#load, batch.rows);
      if (this.#request.mode === 'mirror') {
        // Also those that are not written: they are still at the source.
        const met = [...batch.rows, ...(beside?.refused ?? [])];
        await noteSeen(this.#link, this.#target, met);
      }
      const position = beside ? await beside.keep(written) : batch.position;
      if (position !== undefined || !this.#isHeld) await this.#commit(position);
      return written;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  async finish(guard: FinishGuard): Promise<Finished> {
    const { mode } = this.#request;
    try {
      if (mode === 'replace') return await this.#replace();
      if (mode === 'mirror') return await this.#mirror(guard);
      if (this.#isOpen) await this.#commit(undefined);
      return { isDone: true, deleted: 0 };
    } catch (error) {
      await this.#rollBack();
      if (!(error instanceof RecordRefusal)) throw error;
      throw new ConnectorError('configuration', `The table cannot be replaced: ${error.message}`);
    }
  }

  follow(changes: Changes, guard: FollowGuard): Promise<Followed | Unemptied> {
    const transaction = {
      begin: () => this.#begin(),
      commit: (position: string | undefined) => this.#commit(position),
      rollBack: () => this.#rollBack(),
    };
    const following = followingOf(this.#link, this.#request, this.#load);
    return follow(transaction, following, changes, guard);
  }

  undo(): Promise<void> {
    return this.#rollBack();
  }

  async close(): Promise<void> {
    await this.#rollBack();
    await this.#link.close();
  }

  /** See the writer of PostgreSQL: rows that would stand there twice wait for their position. */
  get #isHeld(): boolean {
    return this.#load.action === 'insert';
  }

  /** Ends what was killed between its last batch and its end. */
  async #takeOver(): Promise<string | undefined> {
    const { state } = this.#request;
    const kept = await this.#state.takeOver(this.#request);
    const swapper = swapperIn(kept);
    if (swapper === undefined) return positionFor(state.runId, kept);
    const own = ownTables(this.#target.schema, { syncId: state.syncId, runId: swapper });
    await swapStage(this.#link, { ...this.#target, own });
    await this.#begin();
    await this.#commit(finishedBy(swapper));
    return positionFor(state.runId, finishedBy(swapper));
  }

  async #replace(): Promise<Finished> {
    const { runId } = this.#request.state;
    const [row] = await this.#link.query(`select count(*) from ${this.#target.table}`);
    await this.#begin();
    const isSwapped = await isReplaceable(this.#link, this.#target);
    // Done again, either would empty the table that it has just filled.
    if (isSwapped) {
      await this.#commit(swappingBy(runId));
      await swapStage(this.#link, this.#target);
      await this.#begin();
    } else {
      const names = this.#load.slots.filter(({ isWritten }) => isWritten);
      const columns = names.map(({ column }) => column);
      await refill(this.#link, this.#target, [...columns, ...Object.keys(this.#load.constants)]);
    }
    await this.#commit(finishedBy(runId));
    if (!isSwapped) await this.#link.run(`drop table ${this.#target.own.stage}`);
    return { isDone: true, deleted: Number(row?.[0]) };
  }

  async #mirror(guard: FinishGuard): Promise<Finished> {
    await this.#begin();
    const finished = await deleteUnseen(this.#link, this.#target, this.#request, guard);
    await this.#commit(finished.isDone ? finishedBy(this.#request.state.runId) : undefined);
    if (finished.isDone) await this.#link.run(`drop table ${this.#target.own.seen}`);
    return finished;
  }

  async #change(statement: string): Promise<void> {
    try {
      await this.#link.run(statement);
    } catch (error) {
      const { errno } = ((error as Error).cause ?? {}) as { errno?: number };
      if (errno !== undefined && made.has(errno)) return;
      if (!(error instanceof RecordRefusal)) throw error;
      const message = `The destination cannot be changed (${statement}): ${error.message}`;
      throw new ConnectorError('configuration', message);
    }
  }

  async #begin(): Promise<void> {
    if (!this.#isOpen) await this.#link.run('start transaction');
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

function loadOf(request: WriteRequest, target: Target): Load {
  const { mode, key, metadata, state } = request;
  const isInserted = mode === 'append' || key.length === 0;
  return {
    action: isInserted ? 'insert' : 'upsert',
    into: mode === 'replace' ? target.own.stage : target.table,
    slots: target.slots,
    isRewritable: target.isRewritable,
    packetBytes: target.packetBytes,
    constants: {
      ...(metadata ? { _heddle_synced_at: 'now(6)', _heddle_run_id: literal(state.runId) } : {}),
      ...(marksDeleted(request) ? { deleted_at: 'null' } : {}),
    },
  };
}
