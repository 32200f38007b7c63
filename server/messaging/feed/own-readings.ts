import type { Change } from '../../../contract/messaging/website/feed.ts';
import type { Reading } from '../../../contract/messaging/website/shapes.ts';
import type { Db } from '../../runtime/database/database.ts';
import { selectReadings, selectThreadReadings } from '../readings/store.ts';
import { readNumber } from '../users/users.ts';
import type { References } from './references.ts';
import { selectReadableThreadIds } from './store.ts';
import type { Place, Told } from './told.ts';

/** How far somebody has read is told to nobody else, so that of others nothing is loaded. */
export async function loadReadings(place: Place, { readings }: References): Promise<Told[]> {
  const moved = readings.filter(({ userId }) => place.listening.has(userId));
  const users = [...new Set(moved.map(({ userId }) => userId))];
  const told = await Promise.all(
    users.map(async (userId) => {
      const own = moved.filter((one) => one.userId === userId);
      const present = await selectPresent(place, userId, own);
      return own.flatMap(({ place: kind, placeId, position }) => {
        const reading = present.find((one) => one.place === kind && one.place_id === placeId);
        const change: Change | undefined = reading && { kind: 'reading', reading };
        return change
          ? [{ position, audience: new Set([userId]), json: JSON.stringify(change) }]
          : [];
      });
    }),
  );
  return told.flat();
}

async function selectPresent(
  { db, organization }: Place,
  userId: number,
  moved: References['readings'],
): Promise<Reading[]> {
  const threads = moved.filter(({ place }) => place === 'thread');
  const others = threads.length < moved.length;
  const [readable, present] = await Promise.all([
    selectReadable(db, organization, userId, threads),
    others ? selectReadings(db, organization, userId) : [],
  ]);
  if (readable.length === 0) return present;
  return [...present, ...(await selectThreadReadings(db, organization, userId, readable))];
}

async function selectReadable(
  db: Db,
  organization: number,
  userId: number,
  threads: References['readings'],
): Promise<number[]> {
  if (threads.length === 0) return [];
  const ids = threads.map(({ placeId }) => readNumber(placeId));
  return selectReadableThreadIds(db, organization, userId, ids);
}
