/** Reasons that lie in other records, and may have gone when those are written. */
export const clashes = {
  taken: 'Another record has the same value in a column where each has its own.',
  twofold: 'The table takes this record and another one for the same.',
  dangling: 'The record refers to one that is not there.',
  referred: 'Another record refers to this one.',
} as const;

export function isClash(reason: string): boolean {
  return Object.values(clashes).some((one) => reason.startsWith(one));
}

/** A record that the destination does not take; caught where the record can be set aside. */
export class RecordRefusal extends Error {
  readonly field: string | undefined;
  /** What the system calls the reason. */
  readonly code: string | undefined;
  /** What the system says, which may hold values. */
  readonly said: string | undefined;

  constructor(reason: string, field?: string, code?: string, said?: string) {
    super(reason);
    this.field = field;
    this.code = code;
    this.said = said;
  }
}

/**
 * Works through a range; where that is refused for a record's sake, through its halves, until the
 * guilty ones are alone.
 */
export async function halve(
  from: number,
  to: number,
  work: (from: number, to: number) => Promise<void>,
  refuse: (index: number, refusal: RecordRefusal) => Promise<void>,
): Promise<void> {
  if (from >= to) return;
  try {
    await work(from, to);
  } catch (error) {
    if (!(error instanceof RecordRefusal)) throw error;
    if (to - from === 1) return refuse(from, error);
    const middle = (from + to) >>> 1;
    await halve(from, middle, work, refuse);
    await halve(middle, to, work, refuse);
  }
}
