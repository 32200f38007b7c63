import type { IncomingMessage } from 'node:http';

/** A request as the parts of the simulator see it. */
export type Ask = {
  readonly method: string;
  readonly url: URL;
  /** The parts of the path behind `/services/data/<version>/`. */
  readonly path: readonly string[];
  readonly version: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** In place of a body: text of another type than JSON. */
  readonly text?: string;
};

export function jsonIn({ body }: Ask): Record<string, unknown> {
  const read: unknown = JSON.parse(body === '' ? '{}' : body);
  return read as Record<string, unknown>;
}
