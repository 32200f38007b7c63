import type { Db } from '../../runtime/database/database.ts';
import type { Position } from '../../runtime/events/position.ts';

/** A change as it is written, and whom it is for. */
export type Told = {
  position: Position;
  /** The users who may read it; undefined: everybody. */
  audience: ReadonlySet<number> | undefined;
  json: string;
};

/** Where changes are loaded: of one organization, for those of its users who listen. */
export type Place = { db: Db; organization: number; listening: ReadonlySet<number> };
