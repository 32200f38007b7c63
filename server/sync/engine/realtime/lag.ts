import type { Feed, FeedState, Place } from '../../connectors/changes.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import type { FollowingRow, Standing } from '../../syncs/following/store.ts';
import type { Report } from '../report.ts';
import type { Applying } from './applying.ts';
import type { FeedReader } from './reader.ts';

type Known = {
  readonly feed: Pick<Feed, 'between'>;
  readonly reader: Pick<FeedReader, 'failure' | 'heardAt'>;
  readonly state: FeedState | undefined;
};

/** Where a sync is, and how far behind its source. */
export function standingOf(
  { sync_id, written }: FollowingRow,
  stored: Place | null,
  applying: Pick<Applying, 'stored' | 'waitingSince'> | undefined,
  { feed, reader, state }: Known,
): Standing {
  // Nobody knows what a source that is away would tell.
  const silentSince = reader.failure === undefined ? Date.now() : reader.heardAt;
  const since = applying?.waitingSince?.getTime() ?? silentSince;
  return {
    syncId: sync_id,
    written: applying?.stored ?? written,
    stored,
    lagSeconds: applying ? Math.max(0, (Date.now() - since) / 1000) : null,
    lagBytes: stored !== null && state ? Math.max(0, feed.between(stored, state.now)) : null,
    status: state?.status ?? null,
  };
}

export function later(one: Place | null, other: Place): Place {
  return one !== null && one > other ? one : other;
}

/** Tells those who follow why nothing comes. */
export async function noteAway(reports: Iterable<Report>, error: unknown): Promise<void> {
  const why = error instanceof ConnectorError ? ` ${error.message}` : '';
  const said = `The source tells no changes at present, and is asked again.${why}`;
  for (const report of reports) await report.note('warning', said).catch(() => undefined);
}
