/** A place in the log of one database: everything at or before it has been read. */
export type Place = { transaction: string; sequence: number };

/** A place that somebody may present again after the database was restored from a copy. */
export type Position = Place & {
  /** Counts the restores of this database: a place in one epoch means nothing in the next. */
  epoch: number;
};

/** The text in URLs and on streams: `<transaction>-<sequence>`, and `-<epoch>` after a restore. */
export function writePosition({ transaction, sequence, epoch }: Position): string {
  return `${transaction}-${sequence}${epoch === 0 ? '' : `-${epoch}`}`;
}

/** Undefined when the text is no position. */
export function readPosition(text: string): Position | undefined {
  const [, transaction, sequence, epoch = '0'] =
    /^(\d{1,20})-(\d{1,15})(?:-(\d{1,9}))?$/.exec(text) ?? [];
  if (transaction === undefined || BigInt(transaction) >= 2n ** 64n) return undefined;
  return {
    transaction: String(BigInt(transaction)),
    sequence: Number(sequence),
    epoch: Number(epoch),
  };
}

/** Negative when `one` is before `other`. */
export function comparePositions(one: Position, other: Position): number {
  if (one.epoch !== other.epoch) return one.epoch - other.epoch;
  const [a, b] = [one.transaction, other.transaction];
  if (a === b) return one.sequence - other.sequence;
  // Without leading zeros the longer text is the larger number.
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
