import type { Change } from '../../../contract/messaging/website/feed.ts';
import type { Reading } from '../../../contract/messaging/website/shapes.ts';
import type { AddressedChange, LoadContext } from '../../platform/feed/source.ts';
import { readNumber } from '../names/names.ts';
import { selectReadings, selectThreadReadings } from '../readings/store.ts';
import type { References } from './references.ts';

/** How far somebody has read is sent to nobody else, so the positions of others are not loaded. */
export async function loadReadings(
  ctx: LoadContext,
  { readings }: References,
): Promise<AddressedChange[]> {
  const moved = readings.filter(({ userId }) => ctx.listening.has(userId));
  const users = [...new Set(moved.map(({ userId }) => userId))];
  const changes = await Promise.all(
    users.map(async (userId) => {
      const own = moved.filter((one) => one.userId === userId);
      const present = await selectPresent(ctx, userId, own);
      return own.flatMap(({ place: kind, placeId, position }) => {
        const reading = present.find((one) => one.place === kind && one.place_id === placeId);
        const change: Change | undefined = reading && { kind: 'reading', reading };
        return change
          ? [{ position, audience: new Set([userId]), json: JSON.stringify(change) }]
          : [];
      });
    }),
  );
  return changes.flat();
}

async function selectPresent(
  { db, organization }: LoadContext,
  userId: number,
  moved: References['readings'],
): Promise<Reading[]> {
  const threads = moved.filter(({ place }) => place === 'thread');
  const ids = threads.map(({ placeId }) => readNumber(placeId));
  const [ofThreads, ofOthers] = await Promise.all([
    ids.length > 0 ? selectThreadReadings(db, organization, userId, ids) : [],
    threads.length < moved.length ? selectReadings(db, organization, userId) : [],
  ]);
  return [...ofThreads, ...ofOthers];
}
