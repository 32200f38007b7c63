import type { ErrorObject } from 'ajv';
import type { TObject, TSchema } from 'typebox';
import type { Agent, ProductObjects } from '../../platform/objects.ts';
import type { CheckedFilter } from '../filters/checked.ts';
import type { FieldType, Row } from '../values/types.ts';
import type { ApplyRequest, ApplyResult } from './applying.ts';
import type { Authorization } from './authorization.ts';
import type { Batch } from './batch.ts';
import type { Changes, Feed, Followed, FollowGuard, Heard, Place, Unemptied } from './changes.ts';
import type { Field, Rejected } from './field.ts';
import type { Outside } from './outside-contract.ts';
import type { Relation } from './relations.ts';
import type { SystemAnswer, SystemRequest } from './requests.ts';

export type { ApplyRequest, ApplyResult, Field, Rejected };

/**
 * A system that records are read from and written to. One folder each, which nothing else names but
 * `list.ts`; a vendor's library is imported in `open`, not before a connection of it is used.
 */
export type Connector = {
  readonly provider: string;
  readonly title: string;
  /** JSON Schemas of what a connection is given; members of `credentials` are never shown again. */
  readonly config: TObject;
  readonly credentials: TSchema;
  readonly capabilities: Capabilities;
  /** What a name becomes: fields for which this is the same are one. Without it names stay apart. */
  storedName?(name: string): string;
  /** Of a product of this server. */
  readonly own?: Own;
  /** What an organization has registered: which version, and where what it is given may go. */
  readonly extension?: { readonly version: string; readonly hosts: readonly string[] };
  /** What is wrong with a member, where its schema is not our own. */
  faults?(member: 'config' | 'credentials', given: unknown): ErrorObject[];
  /** What these credentials lack before the system can be tried, and what to do about it. */
  lack?(credentials: Settings['credentials']): string | undefined;
  /** Where people of the system can give access to it. */
  readonly authorization?: Authorization;
  /** Connects at the first need, not before. @throws ConnectorError */
  open(settings: Settings, outside: Outside): Promise<Session>;
};

/** What a product of this server asks of whoever makes, changes or uses a connection to it. */
export type Own = {
  /** Of which one is needed at least; none: nobody needs one. */
  readonly scopes: readonly string[];
  load(): Promise<ProductObjects>;
};

export type Capabilities = {
  readonly read: boolean;
  readonly write: boolean;
  readonly query: boolean;
  /**
   * How what changes there is followed: it tells that (`feed`), or is asked again and again, by a field
   * that its objects have for that (`cursor`) or that a sync has to name (`field`).
   */
  readonly realtime: 'feed' | 'cursor' | 'field';
  readonly createObject: boolean;
  readonly modes: readonly Mode[];
};

export type Mode = 'upsert' | 'append' | 'replace' | 'mirror';

/** What a connection was given; its secrets are in the clear here and must go nowhere else. */
export type Settings = {
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
  /** Who acts, where the system is this server. */
  readonly acting?: { readonly organization: number; readonly agent: Agent };
};

/** A connection that is being used. */
export type Session = {
  /** Looks whether the system can be used with these credentials; answers what to know of it. */
  check(): Promise<Checked>;
  /** Names in the system's own spelling, in a stable order; `after` is the last of the page before. */
  objects(asked: { search?: string; after?: string; limit: number }): Promise<ObjectName[]>;
  /** @throws ConnectorError `missing` when there is no such object */
  describe(object: string): Promise<Description>;
  /** To which other objects the records of one lead; without it the system does not tell. */
  relations?(object: string): Promise<Relation[]>;
  /** Reads what a sync asks for, in an order that can be gone on from. */
  read(request: ReadRequest): Promise<Reading>;
  /** Answers a page of records, for `data` and samples. @throws ConnectorError `request` */
  query(request: QueryRequest): Promise<QueryAnswer>;
  /** The destination of a run. */
  write(request: WriteRequest): Promise<Writer>;
  /** Writes records one by one, for `data`; each has its own result. */
  apply(request: ApplyRequest): Promise<ApplyResult[]>;
  /**
   * Sends a request below the URL of the connection, with its credentials, and answers it whatever its
   * status is. @throws ConnectorError `retry` where no answer comes
   */
  request?(asked: SystemRequest): Promise<SystemAnswer>;
  /**
   * Deletes what the runs of a sync have left beside their destination for themselves, and forgets where
   * they were; nothing once a later fence has been here. Without it nothing is left.
   */
  forget?(request: ForgetRequest): Promise<void>;
  /** Hears which records of the source are gone: what that means is committed with what is written next. */
  gone?(keys: readonly Row[]): Promise<void>;
  /** Hears which records of the source, by their keys, workflows have changed, and how deep these stand. */
  caused?(depths: ReadonlyMap<string, number>): void;
  /** Where it tells what changes: the place where it is now, behind everything that is committed; undefined when it does not say. */
  now?(): Promise<Place | undefined>;
  /** Where the system tells what changes: under this name it keeps that for us. */
  feed?(slot: string): Promise<Feed>;
  close(): Promise<void>;
};

export type Checked = {
  /** What works, but not as well as it could, and what to do about it. */
  readonly warnings: readonly string[];
};

export type ObjectName = {
  readonly name: string;
  readonly kind: 'table' | 'view' | 'file' | 'object';
};

export type Description = {
  readonly name: string;
  readonly fields: readonly Field[];
  /** Names of fields; empty where there is none. */
  readonly key: readonly string[];
  /** Fields by which what is new can be found. */
  readonly cursorFields: readonly string[];
  /** The one of them that is meant for that, where the system has such. */
  readonly cursor?: string;
};

export type ReadRequest = {
  /** One of both: a name, or a query in the system's own language. */
  readonly object?: string;
  readonly query?: string;
  /** Names of the fields to read, in this order; a field may come twice. Undefined: all. */
  readonly fields?: readonly string[];
  /** As what loose fields are read, where that is known better. */
  readonly types?: ReadonlyMap<string, FieldType>;
  readonly filter?: CheckedFilter;
  /** By what records are told apart, and ordered by. */
  readonly key: readonly string[];
  /** With it, only what is new since `position` is read; else everything. */
  readonly cursorField?: string;
  readonly overlapSeconds?: number;
  /** A part of everything, in place of what is new: `position` stays where it is. */
  readonly part?: { from?: string; to?: string } | { keys: readonly Row[] };
  /** Where a batch before this ended: what `Batch.position` said. */
  readonly position?: string;
  /** Hears which records are gone, by the key, where the system says that: before what comes after it. */
  readonly gone?: (keys: readonly Row[]) => Promise<void>;
  /** Hears of records, by their keys, that workflows have changed, and how deep these stand: before they come. */
  readonly caused?: (depths: ReadonlyMap<string, number>) => void;
  /** Of `Feed.join`: what is read is of this state. */
  readonly snapshot?: string;
  readonly batchBytes: number;
  readonly batchRows: number;
  /** A batch ends after so long with what has come, where records come slowly. */
  readonly batchSeconds?: number;
  readonly signal: AbortSignal;
};

export type Reading = {
  readonly fields: readonly Field[];
  /** The part of the filter that the system could not do; it is done here. */
  readonly remaining?: CheckedFilter;
  /** About how many records there are in all, where the system knows. */
  readonly estimate?: number;
  /** Each is read when it is asked for. The last one may be empty and still moves the position. */
  readonly batches: AsyncIterable<Batch>;
};

export type QueryRequest = {
  readonly object: string;
  readonly fields?: readonly string[];
  readonly filter?: CheckedFilter;
  readonly orderBy?: readonly { field: string; descending: boolean }[];
  readonly limit: number;
  /** What the answer before gave. */
  readonly cursor?: string;
};

export type QueryAnswer = {
  readonly fields: readonly Field[];
  readonly rows: readonly Row[];
  readonly nextCursor?: string;
  /** Whom or what they tell of, as `<noun> <id>`, where the system says that. */
  readonly about?: readonly string[];
};

export type WriteRequest = {
  readonly object: string;
  /** What the rows hold, in their order: the names are those of the destination. */
  readonly fields: readonly Field[];
  readonly key: readonly string[];
  readonly mode: Mode;
  readonly delete: 'hard' | 'mark';
  readonly onSchemaChange: 'ignore' | 'add';
  /** Adds `_heddle_synced_at` and `_heddle_run_id`. */
  readonly metadata: boolean;
  /** Whose position is kept, and who may move it: a later fence refuses an earlier one for ever. */
  readonly state: { readonly syncId: string; readonly runId: string; readonly fence: number };
  /** Forget what another run has kept and staged; what this one has is gone on with. */
  readonly isAnew: boolean;
  /** Kept as the position by whoever keeps none yet, or forgets it. */
  readonly beginning?: string | undefined;
  /** Changes are written, by `follow`. */
  readonly isFollowing?: boolean;
  readonly signal: AbortSignal;
};

export type ForgetRequest = {
  readonly object: string;
  readonly state: { readonly syncId: string; readonly fence: number };
  /** Nobody will ask for its state again, which goes, too. */
  readonly isGone: boolean;
};

/** What would be changed before the first record is written. */
export type Plan = {
  /** Statements that make or change the destination, as they would be sent. */
  readonly statements: readonly string[];
  /** Fields that are left to the destination, since it computes them. */
  readonly skipped: readonly string[];
};

export type Writer = {
  readonly plan: Plan;
  /** Keeps positions itself: where it has none, the run begins anew. */
  readonly keepsPosition?: boolean;
  /** In larger batches it would take too long from one position to the next. */
  readonly batchRowsMax?: number;
  /** Writes nothing before `finish`: a run that was broken off reads again from where it began. */
  readonly isWhole?: boolean;
  /**
   * Where the last batch that was committed ended: kept with the records, in one transaction.
   * Undefined where the system keeps none; then the engine does.
   */
  position(): Promise<string | undefined>;
  /** Makes what `plan` says. It may be there already. */
  prepare(): Promise<void>;
  /**
   * Writes a batch and its position in one transaction, where the system has such; what is wrong
   * with a record is its own. @throws ConnectorError `fenced` when a later fence has been here, where
   * the system keeps fences: databases and this server do, files and APIs do not
   */
  write(batch: Batch, beside?: Beside): Promise<Written>;
  /**
   * After the last batch of a complete read: swaps what replaces, deletes what was not seen. Answers
   * what it would delete, and does nothing, when that is more than `deletesMax` of a hundred.
   */
  finish(guard: { deletesMax: number }): Promise<Finished>;
  /**
   * Writes changes, in the order in which they are given: all or nothing of what comes up to `isWhole`.
   * Once it is answered, that is stored for good. Without it there are no transactions.
   */
  follow?(changes: Changes, guard: FollowGuard): Promise<Followed | Unemptied>;
  /** Hears every change by itself, and the place that is kept with them if they are whole transactions. */
  hear?(heard: Heard, position: string | undefined): Promise<void>;
  /** Undoes what waits for what follows. */
  undo?(): Promise<void>;
  close(): Promise<void>;
};

/** What becomes of the records of a batch that are not written. */
export type Beside = {
  /** Those that were set aside on their way here, of the same fields: a mirror leaves them alone. */
  readonly refused: readonly Row[];
  /**
   * Hears what became of the batch before that is committed, and answers its position as it is to be
   * kept; what it throws undoes the batch.
   */
  keep(written: Written): Promise<string | undefined>;
};

export type Written = {
  readonly written: number;
  /** Came twice in a batch, or was there already as it is. */
  readonly skipped: number;
  readonly rejected: readonly Rejected[];
};

export type FinishGuard = {
  readonly deletesMax: number;
  readonly gone?: (keys: readonly Row[]) => Promise<void>;
};

export type Finished =
  | { readonly isDone: true; readonly deleted: number }
  | { readonly isDone: false; readonly planned: number; readonly total: number };
