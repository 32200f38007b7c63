import type { EventOf } from '../../../contract/events.ts';
import type { noticedTypes } from '../../../contract/sync/settings.ts';

export type NoticedType = (typeof noticedTypes)[number];

/** What has happened to a sync, as its notice tells it: nothing that its records hold. */
export type Happening = {
  readonly event: NoticedType;
  readonly alert: {
    readonly name: string;
    readonly state: 'firing' | 'resolved';
    readonly message: string;
    readonly since: string;
  } | null;
  readonly run: {
    readonly id: string;
    readonly status: string;
    readonly trigger: string;
    readonly error: string | null;
    readonly pause_reason: string | null;
    readonly records_read: number;
    readonly records_written: number;
    readonly records_failed: number;
  } | null;
};

/** Undefined for what no notice tells. */
export function happeningOf(event: EventOf): Happening | undefined {
  switch (event.type) {
    case 'sync.alert': {
      const { alert: name, state, message, since } = event.data;
      return { event: event.type, alert: { name, state, message, since }, run: null };
    }
    case 'sync.failed':
    case 'sync.paused': {
      const { id, status, trigger, error, pause, ...counts } = event.data;
      const { records_read, records_written, records_failed } = counts;
      const run = { id, status, trigger, error, pause_reason: pause?.reason ?? null };
      const told = { ...run, records_read, records_written, records_failed };
      return { event: event.type, alert: null, run: told };
    }
    default:
      return undefined;
  }
}
