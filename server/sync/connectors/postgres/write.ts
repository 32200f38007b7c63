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
import { ownPrefix } from '../sql/names.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import { followingOf } from './follow.ts';
import { loadNew, taken, takesNew } from './fresh.ts';
import type { Link } from './link.ts';
import { columnsOf, type Loaded, loadBatch } from './load.ts';
import { deleteUnseen, noteRefused, noteSeen, prepareSeen } from './mirror.ts';
import { prepareStage, swapStage } from './replace.ts';
import { State } from './state.ts';
import type { Load } from './statements.ts';
import { type Target, targetOf } from './target.ts';

/** Looks at the destination, and changes nothing before it is told to. @throws ConnectorError */
export async function write(link: Link, request: WriteRequest): Promise<Writer> {
  if (request.key.length === 0 && (request.mode === 'upsert' || request.mode === 'mirror')) {
    throw new ConnectorError('request', `The mode ${request.mode} needs a key.`, { field: 'key' });
  }
  return new PostgresWriter(link, request, await targetOf(link, request));
}

class PostgresWriter implements Writer {
  readonly plan: Plan;
  readonly keepsPosition = true;
  readonly #link: Link;
  readonly #request: WriteRequest;
  readonly #target: Target;
  readonly #state: State;
  readonly #load: Load;
  #position: Promise<string | undefined> | undefined;
  #isOpen = false;
  /** As far as is known, all records that come are new. */
  #isNew = false;

  constructor(link: Link, request: WriteRequest, target: Target) {
    this.#link = link;
    this.#request = request;
    this.#target = target;
    this.#state = new State(link, target.schema, request.state);
    this.#load = loadOf(request, target);
    this.plan = target.plan;
  }

  position(): Promise<string | undefined> {
    this.#position ??= this.#state
      .takeOver(this.#request)
      .then((kept) => positionFor(this.#request.state.runId, kept));
    return this.#position;
  }

  async prepare(): Promise<void> {
    const isEmpty = (await this.position()) === undefined;
    await this.#begin();
    try {
      for (const statement of this.plan.statements) await this.#change(statement);
      if (this.#request.mode === 'replace') await prepareStage(this.#link, this.#target, isEmpty);
      if (this.#request.mode === 'mirror') await prepareSeen(this.#link, this.#target, isEmpty);
      await this.#commit(undefined);
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
    this.#isNew = takesNew(this.#load) && (!isEmpty || (await this.#hasNothing()));
  }

  async write(batch: Batch, beside?: Beside): Promise<Written> {
    try {
      await this.#begin(this.#isHeld);
      const loaded = await this.#loadBatch(batch);
      if (this.#request.mode === 'mirror') await this.#noteRefused(batch, loaded, beside);
      const position = beside ? await beside.keep(loaded) : batch.position;
      if (position !== undefined || !this.#isHeld) await this.#commit(position, true);
      return loaded;
    } catch (error) {
      await this.#rollBack();
      throw error;
    }
  }

  async finish(guard: FinishGuard): Promise<Finished> {
    const { mode } = this.#request;
    if (mode === 'upsert' || mode === 'append') {
      await this.#begin();
      await this.#commit(undefined);
      return { isDone: true, deleted: 0 };
    }
    await this.#begin();
    try {
      const finished: Finished =
        mode === 'mirror'
          ? await deleteUnseen(this.#link, this.#target, this.#request, guard)
          : {
              isDone: true,
              deleted: await swapStage(this.#link, this.#target, columnsOf(this.#load)),
            };
      // Done again, it would replace or delete what it has just written.
      await this.#commit(finished.isDone ? finishedBy(this.#request.state.runId) : undefined);
      return finished;
    } catch (error) {
      await this.#rollBack();
      if (!(error instanceof RecordRefusal)) throw error;
      throw new ConnectorError('configuration', `The table cannot be replaced: ${error.message}`);
    }
  }

  follow(changes: Changes, guard: FollowGuard): Promise<Followed | Unemptied> {
    const transaction = {
      begin: () => this.#begin(!changes.isWhole),
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

  /**
   * Rows without a position are read again when the run ends before the next one: where they would
   * stand there twice, they wait for it in their transaction.
   */
  get #isHeld(): boolean {
    return this.#load.action === 'insert';
  }

  get #name(): string {
    return ownPrefix(this.#request.state.syncId);
  }

  /** Records that came before are met by their keys, and from then on all may be such. */
  async #loadBatch(batch: Batch): Promise<Loaded> {
    if (!this.#isNew || batch.count === 0) return loadBatch(this.#link, this.#load, batch);
    const loaded = await loadNew(this.#link, this.#load, batch);
    if ('written' in loaded) return loaded;
    this.#isNew = loaded.refusal !== taken;
    return loadBatch(this.#link, this.#load, batch);
  }

  async #hasNothing(): Promise<boolean> {
    const { rows } = await this.#link.query(`select from ${this.#load.into} limit 1`);
    return rows.length === 0;
  }

  /** They are still at the source, so that they are not deleted here. */
  async #noteRefused(batch: Batch, { rejected }: Written, beside: Beside | undefined) {
    const rows = rejected.map(({ index }) => batch.rows[index] ?? []);
    await noteRefused(this.#link, this.#target, [...(beside?.refused ?? []), ...rows]);
  }

  async #change(statement: string): Promise<void> {
    try {
      await this.#link.run(statement);
    } catch (error) {
      if (!(error instanceof RecordRefusal)) throw error;
      const message = `The destination cannot be changed (${statement}): ${error.message}`;
      throw new ConnectorError('configuration', message);
    }
  }

  async #begin(isHeld = false): Promise<void> {
    if (!this.#isOpen) await this.#link.beginWriting(this.#name, isHeld);
    this.#isOpen = true;
  }

  /**
   * `mayBeLost`: nobody waits for the disk. When that machine dies, the last batches are gone with their
   * positions and are read again; what follows and waits has all of them written. How far a run over a
   * part is stands elsewhere, too.
   */
  async #commit(position: string | null | undefined, mayBeLost = false): Promise<void> {
    await this.#state.move(position);
    const { syncId, runId } = this.#request.state;
    const isAsync = mayBeLost && syncId !== runId;
    await this.#link.run(`${isAsync ? 'set local synchronous_commit = off; ' : ''}commit`);
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
    into: mode === 'replace' ? target.stage : target.table,
    slots: target.slots,
    isRewritable: target.isRewritable,
    constants: {
      ...(metadata
        ? {
            _heddle_synced_at: 'now()',
            _heddle_run_id: `'${state.runId.replaceAll("'", "''")}'`,
          }
        : {}),
      ...(marksDeleted(request) ? { deleted_at: 'null::timestamptz' } : {}),
    },
    ...(mode === 'mirror' ? { also: noteSeen(target) } : {}),
  };
}
