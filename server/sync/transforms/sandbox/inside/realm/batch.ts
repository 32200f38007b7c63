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

/**
 * What of records that came out one after the other is not as it was, in the same members of each: the
 * names of those that are another or new, of those that are gone, how many records, and the values of the
 * first record, of the second, and so on.
 */
export type Group = [names: string[], gone: string[], count: number, values: unknown[]];

/** The records as they were given, each made anew when it is asked for. */
export interface Given {
  recordAt(index: number): Record<string, unknown>;
  /** Of lines: the names of their members, and the values of the record that was asked for last. */
  names: readonly string[];
  values: readonly unknown[];
}

/** Records that are transformed one after the other, and what became of them so far. */
export interface Batch extends Kind {
  transform: Transform;
  given: Given;
  /**
   * For whoever watches: where the work stands, 0 before the records, then the record's number; and
   * whether one of them was awaited.
   */
  progress: Int32Array;
  bounds: Bounds;
  at: number;
  /** What came out: records as JSON, or what is another in them. */
  texts: string[];
  groups: Group[];
  /** Of each that came out, the record that it comes from. */
  sources: number[];
  /** Of the JSON of what the record at work became. */
  characters: number;
  errors: [index: number, message: string][];
  console: string[];
}
