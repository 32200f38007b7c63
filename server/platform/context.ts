import type { Db, Tx } from '../runtime/database/database.ts';
import type { Form } from '../runtime/http/form.ts';
import type { Log } from '../runtime/log.ts';
import type { Caller } from './access/callers.ts';
import type { Files } from './files/files.ts';

/** What a function that anybody may call works with. */
export type PublicContext = {
  readonly now: Date;
  readonly log: Log;
  readonly requestId: string;
  /** The URL that others reach this server at, for links. */
  readonly origin: string;
};

type Context = PublicContext & { readonly caller: Caller; readonly organization: number };

/** What a function that reads works with. */
export type ReadContext = Context & {
  /** All that the function reads is of one snapshot; what it asks at once leaves in one flight. */
  readonly db: Db;
  /** Each read sees what was committed before it: for what waits until something is there. */
  readonly latest: Db;
};

/** What a function that writes works with: one transaction, opened at the edge. */
export type WriteContext = Context & { readonly tx: Tx };

/** What a function that calls the outside works with: no transaction is open but those it opens. */
export type OutsideContext = Context & {
  /** Each read is a transaction of its own. */
  readonly db: Db;
  transaction<T>(work: (ctx: WriteContext) => Promise<T>): Promise<T>;
};

/** What a function that takes a form works with: nothing is open while the form arrives. */
export type UploadContext = OutsideContext & { readonly form: Form; readonly files: Files };
