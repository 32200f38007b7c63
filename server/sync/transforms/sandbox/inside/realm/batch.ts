export interface Bounds {
  recordCharacters: number;
  outputsOfRecord: number;
  consoleLines: number;
  consoleCharacters: number;
}

/** How a cell of COPY is read, so that it looks as it does in JSON; json: it is a text of JSON. */
export type Form = 'text' | 'number' | 'boolean' | 'instant' | 'json';

export interface Column {
  name: string;
  form: Form;
}

/** What is said of a batch beside its records. */
export interface Kind {
  /** Whether `undefined` drops the record: in JSONata it means that nothing matched. */
  dropsUndefined: boolean;
  /** Whether only what of each record is not as it was is to come out. */
  isChangesOnly: boolean;
  count: number;
  /** The records are lines of COPY with these columns; without it they are an array of JSON. */
  columns?: readonly Column[];
}

export type Transform = (record: unknown) => unknown;

/** Records that are transformed one after the other, and what became of them so far. */
export interface Batch extends Kind {
  transform: Transform;
  recordAt(index: number): object;
  /** The record at work, as it was given. */
  before: object;
  /** Where the work stands, for whoever watches: 0 before the records, then the record's number. */
  progress: Int32Array;
  bounds: Bounds;
  at: number;
  /** The records that came out, or groups of what is another in them. */
  outputs: object[];
  sources: number[];
  /** Whether an output may look otherwise in JSON than it does here. */
  isStrange: boolean;
  errors: [index: number, message: string][];
  console: string[];
}
