import type { EventType } from '../../../contract/events.ts';
import type { Db } from '../../runtime/database/database.ts';
import type { Position } from '../../runtime/events/position.ts';
import type { Caller } from '../access/callers.ts';
import type { FeedEvent } from './store.ts';

/** A change as it is written, and whom it is for. */
export type Told = {
  position: Position;
  /** The users who may read it; undefined: everybody. */
  audience: ReadonlySet<number> | undefined;
  json: string;
};

/** Where changes are loaded: of one organization, for those of its users who listen. */
export type Hall = { db: Db; organization: number; listening: ReadonlySet<number> };

/** What a product tells those who listen to it: the feed does the rest. */
export type Source = {
  /** The stream of server-sent events. */
  readonly path: string;
  /** Of events that change something that listeners are shown. */
  readonly types: readonly EventType[];
  /** Members of the data of events that are not read: text, which is never handed on. */
  readonly unread: readonly string[];
  /** Who listens, as the product knows its users. @throws AppError unauthorized */
  findUser(ctx: { organization: number; caller: Caller }, db: Db): Promise<{ id: number }>;
  /** What some events changed, as it is now, and who may read it. */
  load(hall: Hall, events: readonly FeedEvent[]): Promise<Told[]>;
};
