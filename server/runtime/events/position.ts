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
  return { transaction, sequence: Number(sequence) };
}

/** Negative when `one` is before `other`. */
export function comparePositions(one: Position, other: Position): number {
  const difference = BigInt(one.transaction) - BigInt(other.transaction);
  if (difference !== 0n) return difference < 0n ? -1 : 1;
  return one.sequence - other.sequence;
}
