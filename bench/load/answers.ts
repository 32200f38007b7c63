const headEnd = Buffer.from('\r\n\r\n');

/** Finds where HTTP/1.1 answers end that come one after the other on a connection. */
export class AnswerReader {
  readonly #onEnd: (status: number) => void;
  #head: Buffer | undefined;
  #status = 0;
  /** Bytes of the body still to come; undefined while the head is. */
  #missing: number | undefined;

  constructor(onEnd: (status: number) => void) {
    this.#onEnd = onEnd;
  }

  take(piece: Buffer): void {
    if (this.#missing !== undefined) {
      this.#missing -= piece.length;
    } else {
      const head = this.#head ? Buffer.concat([this.#head, piece]) : piece;
      const end = head.indexOf(headEnd);
      this.#head = head;
      if (end < 0) return;
      this.#head = undefined;
      this.#status = Number(head.toString('latin1', 9, 12));
      this.#missing =
        lengthIn(head.toString('latin1', 0, end)) - (head.length - end - headEnd.length);
    }
    if (this.#missing > 0) return;
    if (this.#missing < 0) throw new Error('more came than the answer to the one request');
    this.#missing = undefined;
    this.#onEnd(this.#status);
  }
}

function lengthIn(head: string): number {
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) throw new Error('an answer without Content-Length');
  return Number(length);
}
