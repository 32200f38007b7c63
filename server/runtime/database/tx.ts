/** Reads; inside a request it sees the rows of one organization only. */
export type Db = {
  rows<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
};

/** Reads and writes that happen together or not at all. */
export type Tx = Db & {
  /**
   * Sends a statement whose answer nobody needs: it leaves with the next one or with the commit,
   * instead of taking a round trip of its own. If it fails, the transaction does.
   */
  write(text: string, values?: readonly unknown[]): void;
  /** Wakes whoever listens to `topic`, in all processes, once the transaction has been committed. */
  announce(topic: string): void;
};
