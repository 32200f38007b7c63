import type { Db } from '../../runtime/database/database.ts';
import type { Position } from '../../runtime/events/position.ts';
import type { Caller } from '../access/callers.ts';
import type { FeedEvent } from './store.ts';

/** A change, serialized, and who may read it. */
export type AddressedChange = {
  position: Position;
  /** The users who may read it; undefined: everybody. */
  audience: ReadonlySet<number> | undefined;
  json: string;
};

/** What changes are loaded with: one organization, and those of its users who listen. */
export type LoadContext = { db: Db; organization: number; listening: ReadonlySet<number> };

/** What a product sends to its listeners; the feed does the rest. */
export type Source = {
  /** The path of the stream of server-sent events. */
  readonly path: string;
  /** The types of events that change something that listeners are shown. */
  readonly types: readonly string[];
  /** Members of event data that are not read: texts, which are never handed on. */
  readonly unread: readonly string[];
  /** The product's user who listens. @throws AppError unauthorized */
  findUser(ctx: { organization: number; caller: Caller }, db: Db): Promise<{ id: number }>;
  /** The present state of what some events changed, and who may read it. */
  load(ctx: LoadContext, events: readonly FeedEvent[]): Promise<AddressedChange[]>;
};
