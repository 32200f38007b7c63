import type { FieldType, Row } from '../values/types.ts';
import type { Batch } from './batch.ts';
import type { Rejected } from './field.ts';

/** A system that tells what changes in it, in the order in which that was committed. */
export type Feed = {
  /** Looks whether it tells anything at all, and us. @throws ConnectorError with what to do about it */
  ready(): Promise<void>;
  /** Looks whether what a sync needs can be told. @throws ConnectorError that says what stands in the way */
  accept(wanted: Wanted): Promise<Kept>;
  /**
   * Keeps what changes in these objects, and in no others; what is kept already stays. Without any,
   * nothing is kept any more. Only the one that is `beginning` is kept from now on where it was not, or
   * no more: whoever goes on would miss what was lost.
   * @throws ConnectorError that says what stands in the way
   */
  keep(objects: readonly Kept[], beginning?: Kept): Promise<void>;
  /** Undefined where nothing is kept, or what was kept is gone. */
  state(): Promise<FeedState | undefined>;
  /** Waits until everything that is under way has ended. */
  join(signal: AbortSignal): Promise<Joined>;
  /** Tells what was committed after this, and takes the place of whoever hears it now. */
  begin(from: Place): Promise<void>;
  /** Waits for what comes. @throws ConnectorError when nothing more comes, until it is begun again */
  next(): Promise<Told>;
  /** All that ended up to here is stored for good: it is never told again. */
  confirm(stored: Place): void;
  /** How many bytes the system has written from the one to the other. */
  between(one: Place, other: Place): number;
  /** Tells nothing more; whoever waits for the next hears of it. */
  stop(): Promise<void>;
};

/** A place in the order of commits, as text: a later one comes after it in the order of characters. */
export type Place = string;

export type Wanted = {
  /** As it is described. */
  readonly object: string;
  /** Of these fields each change must tell. */
  readonly fields: readonly string[];
  /** By these it must tell which record it is of. */
  readonly key: readonly string[];
};

/** `id` says that it is the same: another one may get its name. */
export type Kept = { readonly object: string; readonly id: string };

export type FeedState = {
  /** Under which name the system keeps what is not told yet. */
  readonly slot: string;
  /** Where it is now. */
  readonly now: Place;
  /** Everything before was confirmed. */
  readonly stored: Place;
  /** In the words of the system. */
  readonly status: string;
  /** Objects that cannot be followed any longer: others under the same name, or gone, or not told wholly. */
  readonly lost: readonly { readonly object: string; readonly reason: string }[];
};

/** One state of everything: what was committed up to `at`, and nothing that was later. */
export type Joined = {
  readonly at: Place;
  /** What a reading of the same system is given, to see it; until it is closed. */
  readonly snapshot: string;
  close(): Promise<void>;
};

/** A cell of a change; undefined: it was not told. */
export type Changed = string | null | undefined;

export type Told =
  | {
      readonly kind: 'begin';
      readonly commit: Place;
      readonly committedAt: Date;
    }
  | { readonly kind: 'object'; readonly object: string; readonly shape: Shape }
  | {
      readonly kind: 'change';
      readonly object: string;
      /** It was not there before. */
      readonly isNew: boolean;
      /** What was there before, as far as it was told: by that it is known which record it was. */
      readonly before: readonly Changed[] | undefined;
      /** What is there now; undefined: nothing any more. */
      readonly after: readonly Changed[] | undefined;
    }
  | { readonly kind: 'emptied'; readonly objects: readonly string[] }
  | { readonly kind: 'commit'; readonly end: Place; readonly committedAt: Date }
  /** Nothing is under way: everything up to here was told. */
  | { readonly kind: 'idle'; readonly at: Place };

/** What the cells of the changes that follow are of. */
export type Shape = {
  /** Its name now. */
  readonly name: string;
  /** Without a type: one that is not known any more. */
  readonly fields: readonly {
    readonly name: string;
    readonly type?: FieldType;
    /** Where it is new, records that were there before may have a value that no change told. */
    readonly isFilled?: boolean;
  }[];
};

/** What became of some records: each comes once. */
export type Changes = {
  /** All records of the destination go, before anything else. */
  readonly isEmptied: boolean;
  /** The keys of those that are gone, in the order of the key of the request. */
  readonly deleted: readonly Row[];
  /** Those that have a value for every field. */
  readonly written: Batch;
  /** Those of which only these fields have changed, the key among them: they are there already. */
  readonly altered: readonly Altered[];
  /** Whether what came so far is committed with it, or waits for what follows. */
  readonly isWhole: boolean;
};

export type Altered = {
  readonly fields: readonly string[];
  readonly batch: Batch;
};

/** Changes in the order of the source; `isEmptied`: all records were gone before them. */
export type Heard = { readonly isEmptied: boolean; readonly changes: readonly HeardChange[] };

export type HeardChange = {
  /** The key alone, with nothing else of it told, where the record is gone. */
  readonly row: Row;
  readonly kind: 'new' | 'changed' | 'gone';
  /** What was there before, where the source tells all of it. */
  readonly previous: Row | undefined;
  /** Of the transaction that changed it. */
  readonly commit?: Place | undefined;
};

/** What became of them. */
export type Followed = {
  readonly written: number;
  readonly skipped: number;
  readonly deleted: number;
  readonly rejected: readonly (Rejected & { readonly of: Batch })[];
};

export type FollowGuard = {
  /** Of a hundred: so many records of the destination may go when all are to go. */
  readonly deletesMax: number;
  /**
   * Hears what became of everything before that is committed, and answers the position that is kept
   * with it; what it throws undoes it. Without `isWhole` the answer is nothing.
   */
  keep(followed: Followed): Promise<string | undefined>;
};

/** Where all records were to go, and may not without being asked for. */
export type Unemptied = { readonly planned: number; readonly total: number };
