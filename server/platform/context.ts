import type { Db, Tx } from '../runtime/database/database.ts';
import type { Form } from '../runtime/http/form.ts';
import type { Log } from '../runtime/log.ts';
import type { Caller } from './access/callers.ts';
import type { Files } from './files/files.ts';

type Frame = {
  readonly now: Date;
  readonly log: Log;
  readonly requestId: string;
  /** The public URL of this server, for links. */
  readonly origin: string;
  /** How deep the workflow stands that acts; without it none does. */
  readonly depth?: number;
};

/** What a function behind a `public` endpoint works with. */
export type PublicContext = Frame & {
  /** The IP address of whoever asks. */
  readonly address: string;
};

type Context = Frame & { readonly caller: Caller; readonly organization: number };

/** What a function that reads works with. */
export type ReadContext = Context & {
  /** All reads see one snapshot; those that are started together are sent together. */
  readonly db: Db;
  /** Each read sees what was committed before it: for what waits until something is there. */
  readonly latest: Db;
};

/** What a function that writes works with: one transaction, opened at the edge. */
export type WriteContext = Context & { readonly tx: Tx };

/** What a function that calls the outside works with: the only open transactions are its own. */
export type OutsideContext = Context & {
  /** Each read is a transaction of its own. */
  readonly db: Db;
  transaction<T>(work: (ctx: WriteContext) => Promise<T>): Promise<T>;
};

/** What a function that takes a form works with: no transaction is open while the form arrives. */
export type UploadContext = OutsideContext & { readonly form: Form; readonly files: Files };
