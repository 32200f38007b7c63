/** Whose fault it is, which says what happens next. */
export type FaultKind =
  /** Of the moment: tried again. */
  | 'retry'
  /** Of what the connection was given, or of its system: nothing helps but changing that. */
  | 'configuration'
  /** There is no such object. */
  | 'missing'
  /** Of what was asked: the system cannot do it, whatever the connection was given. */
  | 'request'
  /** A later run has taken over: whoever meets this stops. */
  | 'fenced';

/** A system may ask for patience, but not put off for ever what is to be done. */
const retryAfterSecondsMax = 3600;

/** What a connected system refused; the message has no secret and no value of a record in it. */
export class ConnectorError extends Error {
  readonly kind: FaultKind;
  /** What the system itself said, its secrets removed. */
  readonly upstream: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** The member of what was asked that is at fault, where one is. */
  readonly field: string | undefined;

  constructor(
    kind: FaultKind,
    message: string,
    more: { upstream?: string; retryAfterSeconds?: number; field?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.kind = kind;
    this.upstream = more.upstream;
    const { retryAfterSeconds } = more;
    this.retryAfterSeconds = retryAfterSeconds && Math.min(retryAfterSeconds, retryAfterSecondsMax);
    this.field = more.field;
  }
}

/** All connections that are allowed are in use, which says nothing about the system. */
export class Busy extends ConnectorError {
  constructor(max: number) {
    super('retry', `All ${max} connections that config.max_connections allows are in use.`);
  }
}
