import Type from 'typebox';

/** A place in the event log, `<transaction>-<sequence>`: everything at or before it is known. */
export const LogPosition = Type.String({ pattern: '^\\d{1,20}-\\d{1,20}(-\\d{1,9})?$' });

/** How the stream names its events. */
export const feedEvents = {
  /** Data: an array of changes; its id is the position after them. */
  changes: 'changes',
  /** The position is too old, or of another database: load everything afresh. */
  resync: 'resync',
  /** The first event of every stream: what comes after it is live. */
  hello: 'hello',
  /**
   * The heartbeat, an event that pages can hear (a comment they cannot): data `[]`, its id the
   * position that has been reached. A listener that misses three of them connects anew.
   */
  beat: 'beat',
} as const;

export const heartbeatSeconds = 15;
