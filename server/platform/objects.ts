import type { TObject } from 'typebox';
import type { EventOf, EventType } from '../../contract/events.ts';
import type { Db } from '../runtime/database/database.ts';
import type { Caller } from './access/callers.ts';
import type { ReadContext, WriteContext } from './context.ts';

/** The members of a record as the API of its product shows them. */
export type Members = Readonly<Record<string, unknown>>;

export type ObjectRecord = {
  /** What comes after it is read after this. */
  readonly place: string;
  readonly members: Members;
  /** Whom or what it tells of, as `<noun> <id>`: what is kept of it goes when that does. */
  readonly subject?: string | undefined;
};

/** A record by its key alone, and whom it tells of. */
export type Reached = Pick<ObjectRecord, 'subject'> & { readonly key: string };

/** The scope that is needed; null: none. */
type Scoped = { readonly scope: string | null };

export type Reading = Scoped & {
  /** How many are read at once. */
  readonly pageMax: number;
  /** Which record an event has changed, or may have. */
  readonly changes: { readonly [T in EventType]?: (event: EventOf<T>) => string };
  /** Which record an event says is gone. */
  readonly gone?: { readonly [T in EventType]?: (event: EventOf<T>) => string };
  /** Those after a place, in the order of their places. */
  page(ctx: ReadContext, after: string | undefined, limit: number): Promise<ObjectRecord[]>;
  /** Those that there are, in whatever order. */
  find(ctx: ReadContext, keys: readonly string[]): Promise<ObjectRecord[]>;
  /**
   * Of which of these whoever acts may know what happened to them, gone or not; without it, of those
   * that `find` finds.
   */
  reached?(ctx: ReadContext, keys: readonly string[]): Promise<Reached[]>;
  /** Those that everybody in the organization may read, whoever acts. */
  open?(ctx: Omit<ReadContext, 'caller'>, keys: readonly string[]): Promise<ObjectRecord[]>;
};

/** Answers the key of the new record. @throws AppError */
export type Inserting = Scoped & {
  readonly given: TObject;
  write(ctx: WriteContext, given: Members): Promise<string>;
};

/** @throws AppError */
export type Updating = Scoped & {
  readonly given: TObject;
  write(ctx: WriteContext, key: string, given: Members): Promise<unknown>;
};

/** @throws AppError */
export type Deleting = Scoped & { write(ctx: WriteContext, key: string): Promise<unknown> };

/** Records of one kind, read and written as whoever `ctx` names, by the functions of the product. */
export type ProductObject = {
  readonly name: string;
  readonly shape: TObject;
  /** The member by which records are told apart. */
  readonly key: string;
  /** Members that name a record as well: `read.find` takes them for its key. */
  readonly names?: readonly string[];
  readonly read: Reading;
  readonly insert?: Inserting;
  readonly update?: Updating;
  readonly delete?: Deleting;
};

/** What a member has said to a post: what they wrote, or the emoji of a reaction. */
export type Answer = {
  readonly userId: string;
  /** Of the membership. */
  readonly memberId: number;
  readonly name: string;
  readonly said: string;
};

export type Act = 'read' | 'insert' | 'update' | 'delete';

/** Who acts for a connection: the product's own, kept as JSON. */
export type Agent = Readonly<Record<string, unknown>>;

/** What of a product others read and write as records. */
export type ProductObjects = {
  readonly objects: readonly ProductObject[];
  /** Who acts for a connection that the caller makes. @throws AppError */
  appoint(ctx: WriteContext, name: string): Promise<Agent>;
  /** The same once the caller has changed it; whoever has ended is replaced. @throws AppError */
  reappoint(ctx: WriteContext, agent: Agent, name: string): Promise<Agent>;
  dismiss(ctx: WriteContext, agent: Agent): Promise<void>;
  /** @throws AppError forbidden (403) unless the caller reaches itself what the agent does */
  requireReach(caller: Caller, agent: Agent): void;
  /** With the scopes that it has now. @throws AppError when it has ended */
  callerOf(db: Db, organization: number, agent: Agent): Promise<Caller>;
  /**
   * Where people talk: what members have said to a thread that the agent reads, the reactions first and
   * then the newest comments in their order; nothing of programs.
   */
  answersTo?(ctx: ReadContext, threadId: string): Promise<readonly Answer[]>;
};

/** How a product offers them: a process loads them when it first needs them. */
export type ObjectsModule = {
  readonly title: string;
  /** Its scopes, of which whoever uses a connection needs one at least; none: nobody needs one. */
  readonly scopes: readonly string[];
  /** The URL of a module that exports `objects`. */
  readonly module: string;
};

/** By the name of the product. */
export type AllObjects = Readonly<Record<string, ObjectsModule>>;
