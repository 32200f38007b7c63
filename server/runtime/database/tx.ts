/** Reads; within a request, rows of one organization only. */
export type Db = {
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};

/** Reads and writes that are committed together or not at all. */
export type Tx = Db & {
  /**
   * Sends a statement whose answer nobody needs: it goes out with the next one or with the commit,
   * without a round trip of its own. If it fails, the transaction fails.
   */
  write(text: string, values?: readonly unknown[]): void;
  /** Wakes the listeners of `topic`, in all processes, after the commit. */
  announce(topic: string): void;
  /**
   * Runs a part of the transaction that may fail: what it has written is taken back when it throws, and
   * the transaction can go on.
   */
  attempt<T>(work: () => Promise<T>): Promise<T>;
};
