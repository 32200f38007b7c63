import type { Readable } from 'node:stream';

/** An answer with headers of its own. */
export class Reply<T> {
  readonly body: T;
  readonly headers: Readonly<Record<string, string>>;
  /** How long after the commit the answer to a write is sent. */
  readonly delayMilliseconds: number;

  constructor(body: T, headers: Readonly<Record<string, string>>, delayMilliseconds = 0) {
    this.body = body;
    this.headers = headers;
    this.delayMilliseconds = delayMilliseconds;
  }
}

/** An answer of shape T that is JSON already: it is sent as it is, or streamed. */
export class JsonText<T> {
  declare readonly shape?: T;
  readonly text: string | Buffer | Readable;
  readonly headers: Readonly<Record<string, string>>;

  constructor(text: string | Buffer | Readable, headers: Readonly<Record<string, string>> = {}) {
    this.text = text;
    this.headers = headers;
  }
}

/** What a function behind an endpoint may return for an answer of shape T. */
export type Answering<T> = T | Reply<T> | JsonText<T>;
