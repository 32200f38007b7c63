/** A place in the event log: everything at or before it has been read. */
export type Position = { transaction: string; sequence: number };

/** As it stands in URLs and on streams: `<transaction>-<sequence>`. */
export function writePosition({ transaction, sequence }: Position): string {
  return `${transaction}-${sequence}`;
}

/** Undefined when the text is no position. */
export function readPosition(text: string): Position | undefined {
  const [, transaction, sequence] = /^(\d{1,20})-(\d{1,15})$/.exec(text) ?? [];
  if (transaction === undefined || BigInt(transaction) >= 2n ** 64n) return undefined;
  return { transaction: String(BigInt(transaction)), sequence: Number(sequence) };
}

/** Negative when `one` is before `other`. */
export function comparePositions(one: Position, other: Position): number {
  const [a, b] = [one.transaction, other.transaction];
  if (a === b) return one.sequence - other.sequence;
  // Without leading zeros the longer text is the larger number.
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}
