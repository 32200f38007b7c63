import type {
  Changed,
  Feed,
  FeedState,
  Joined,
  Kept,
  Place,
  Shape,
  Told,
  Wanted,
} from '../changes.ts';
import { ConnectorError } from '../failure.ts';
import { requireTable } from './catalogue.ts';
import type { Link } from './link.ts';
import { publish, publishedTables, refuseUntold, tablesOf } from './publication.ts';
import { readLsn, sortableLsn } from './replication/lsn.ts';
import type { Before, Message, Relation } from './replication/pgoutput.ts';
import type { ChangeStream } from './replication/stream.ts';
import { shapeOf } from './shape.ts';
import { dropSlot, freeSlot, makeSlot, refuseUnready, slotOf } from './slot.ts';
import { exportSnapshot } from './snapshot.ts';

/** Opens connections: for short questions, and for replication. */
export type Lines = {
  briefly<T>(work: (link: Link) => Promise<T>): Promise<T>;
  replicating(): Promise<Link>;
};

/** What PostgreSQL tells by logical replication: a slot and a publication of one name. */
export class PostgresFeed implements Feed {
  readonly #lines: Lines;
  readonly #name: string;
  /** By the numbers of their tables. */
  #objects = new Map<number, string>();
  readonly #relations = new Map<number, Relation>();
  #link: Link | undefined;
  #stream: ChangeStream | undefined;

  constructor(lines: Lines, name: string) {
    this.#lines = lines;
    this.#name = name;
  }

  async ready(): Promise<void> {
    await this.#lines.briefly(refuseUnready);
  }

  async accept({ object, fields, key }: Wanted): Promise<Kept> {
    return this.#lines.briefly(async (link) => {
      const table = await requireTable(link, object);
      await refuseUntold(link, table, { fields, key });
      return { object, id: table.id };
    });
  }

  async keep(objects: readonly Kept[], beginning?: Kept): Promise<void> {
    await this.#lines.briefly(async (link) => {
      if (objects.length === 0) {
        await dropSlot(link, this.#name);
        await publish(link, this.#name, []);
        return;
      }
      this.#objects = new Map(objects.map(({ id, object }) => [Number(id), object]));
      const known = new Set((await publishedTables(link, this.#name)).keys());
      if (beginning) known.add(beginning.id);
      const ids = objects.map(({ id }) => id).filter((id) => known.has(id));
      // The publication first: what the slot keeps is told by what was published when it happened.
      await publish(link, this.#name, await tablesOf(link, [...new Set(ids)]));
      if (beginning && !(await slotOf(link, this.#name))) await makeSlot(link, this.#name);
    });
  }

  async state(): Promise<FeedState | undefined> {
    return this.#lines.briefly(async (link) => {
      const slot = await slotOf(link, this.#name);
      if (!slot) return undefined;
      const published = await publishedTables(link, this.#name);
      const lost = [...this.#objects].map(([id, object]) => ({
        object,
        reason: published.get(String(id)) ?? replaced(object),
      }));
      return {
        slot: this.#name,
        now: sortableLsn(slot.now),
        stored: sortableLsn(slot.stored),
        status: slot.status,
        lost: lost.filter(({ reason }) => reason !== ''),
      };
    });
  }

  async join(signal: AbortSignal): Promise<Joined> {
    const link = await this.#lines.replicating();
    const abandon = () => void link.abandon();
    signal.addEventListener('abort', abandon, { once: true });
    try {
      const { at, snapshot } = await exportSnapshot(link);
      return { at: sortableLsn(at), snapshot, close: () => link.close() };
    } catch (error) {
      await link.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }

  async begin(from: Place): Promise<void> {
    await this.stop();
    await this.#lines.briefly((link) => freeSlot(link, this.#name));
    this.#link = await this.#lines.replicating();
    const streamed = { slot: this.#name, publication: this.#name, from: readLsn(from) };
    this.#stream = await this.#link.replicate(streamed);
  }

  async next(): Promise<Told> {
    for (;;) {
      if (!this.#stream) throw new ConnectorError('retry', 'The stream has not begun.');
      const told = await this.#stream.next();
      if (told.kind === 'idle') return { kind: 'idle', at: sortableLsn(told.at) };
      const heard = await this.#hear(told.message);
      if (heard) return heard;
    }
  }

  confirm(stored: Place): void {
    this.#stream?.confirm(readLsn(stored));
    this.#stream?.tell();
  }

  between(one: Place, other: Place): number {
    return Number(readLsn(other) - readLsn(one));
  }

  async stop(): Promise<void> {
    const [stream, link] = [this.#stream, this.#link];
    this.#link = undefined;
    stream?.stop();
    this.#relations.clear();
    await link?.close();
  }

  async #hear(message: Message): Promise<Told | undefined> {
    switch (message.kind) {
      case 'begin':
        return {
          kind: 'begin',
          commit: sortableLsn(message.end),
          committedAt: message.committedAt,
        };
      case 'commit':
        return {
          kind: 'commit',
          end: sortableLsn(message.end),
          committedAt: message.committedAt,
        };
      case 'relation':
        return this.#hearRelation(message.relation);
      case 'insert':
      case 'update':
      case 'delete':
        return this.#changed(message);
      case 'truncate': {
        const objects = message.relations.flatMap((id) => this.#objects.get(id) ?? []);
        return { kind: 'emptied', objects };
      }
      default:
        return undefined;
    }
  }

  async #hearRelation(relation: Relation): Promise<Told | undefined> {
    this.#relations.set(relation.id, relation);
    const object = this.#objects.get(relation.id);
    if (object === undefined) return undefined;
    const shape: Shape = await this.#lines.briefly((link) => shapeOf(link, relation));
    return { kind: 'object', object, shape };
  }

  #changed(message: Message & { kind: 'insert' | 'update' | 'delete' }): Told | undefined {
    const object = this.#objects.get(message.relation);
    const relation = this.#relations.get(message.relation);
    if (object === undefined || !relation) return undefined;
    const before = message.kind === 'insert' ? undefined : message.before;
    return {
      kind: 'change',
      object,
      isNew: message.kind === 'insert',
      before: before && toldOf(before, relation),
      after: message.kind === 'delete' ? undefined : message.cells,
    };
  }
}

function replaced(object: string): string {
  return `"${object}" was dropped at the source, another one has its name, or its publication was changed by somebody else: resume reads it anew.`;
}

/** Where only the key was told, the rest was not: it is not null. */
function toldOf({ isWhole, cells }: Before, { columns }: Relation): readonly Changed[] {
  if (isWhole) return cells;
  return cells.map((cell, at) => (columns[at]?.isKey ? cell : undefined));
}
