import Type from 'typebox';

/** A place in the event log, `<transaction>-<sequence>`: everything at or before it is known. */
export const LogPosition = Type.String({ pattern: '^\\d{1,20}-\\d{1,20}(-\\d{1,9})?$' });

/** How the stream names its events. */
export const feedEvents = {
  /** Data: an array of changes; its id is the position after them. */
  changes: 'changes',
  /** The position is too old, or is of another database: load everything again. */
  resync: 'resync',
  /** The first event of every stream: what comes after it is live. */
  hello: 'hello',
  /**
   * The heartbeat, an event so that pages can hear it (they cannot hear a comment): data `[]`, its
   * id the position reached so far. A listener that misses three of them reconnects.
   */
  beat: 'beat',
} as const;

export const heartbeatSeconds = 15;
