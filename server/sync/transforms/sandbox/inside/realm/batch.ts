export interface Bounds {
  recordCharacters: number;
  outputsOfRecord: number;
  consoleLines: number;
  consoleCharacters: number;
}

export type Transform = (record: unknown) => unknown;

/** Records that are transformed one after the other, and what became of them so far. */
export interface Batch {
  transform: Transform;
  /** Whether `undefined` drops the record: in JSONata it means that nothing matched. */
  dropsUndefined: boolean;
  records: unknown[];
  /** Whether only what of each record is not as it was is to come out. */
  isChangesOnly: boolean;
  /** The record at work, as it was given. */
  before: object;
  /** Where the work stands, for whoever watches: 0 before the records, then the record's number. */
  progress: Int32Array;
  bounds: Bounds;
  at: number;
  outputs: object[];
  sources: number[];
  /** Whether an output may look otherwise in JSON than it does here. */
  isStrange: boolean;
  errors: [index: number, message: string][];
  console: string[];
}
