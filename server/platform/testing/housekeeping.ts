import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import { publish } from '../../runtime/events/events.ts';
import { comparePositions } from '../../runtime/events/position.ts';
import { selectEnd } from '../../runtime/events/store.ts';
import { anyEvent } from '../../runtime/testing/events.ts';
import { connect } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';

export type Measured = {
  seconds: number;
  /** Of the transactions of the housekeeping, as far as somebody who looks every 20 ms sees it. */
  longestMilliseconds: number;
  /** Of an event, from its commit until those who read the log see it. */
  longestWaitMilliseconds: number;
  published: number;
};

type Place = { database: Database; clock: Clock; organization: number };

const fillMax = 500_000;

/** Events of long ago, which every reader has read; others may write on the same server. */
export async function fillLog(place: Place, count: number, days: number): Promise<void> {
  const { database, clock, organization } = place;
  const connection = await connect(database.address);
  // The organization is there: nobody needs to look for it ten million times.
  await connection.rows('set session_replication_role = replica');
  for (let made = 0; made < count; made += fillMax) {
    await connection.rows(
      `insert into platform.event (organization, type, subject, data, created_at)
       select $1, 'booking.created', n::text, '{"practice_id": 1}',
         $2::timestamptz - make_interval(days => $3::int)
       from generate_series(1, $4::int) n`,
      [organization, clock.now(), days, Math.min(fillMax, count - made)],
    );
  }
  const [{ transaction }] = (await connection.rows(
    'select pg_current_xact_id()::text as transaction',
  )) as [{ transaction: string }];
  await connection.rows(
    'update platform.event_reader set transaction = pg_current_xact_id(), sequence = 0',
  );
  await connection.end();
  await until('all of them can be read', () => isPast(database, transaction));
}

/** Runs the housekeeping while events are published and read all the time. */
export async function keepHouseUnderLoad(
  place: Place,
  keepHouse: () => Promise<void>,
): Promise<Measured> {
  const began = performance.now();
  let seconds: number | undefined;
  const isOver = () => seconds !== undefined;
  const end = () => {
    seconds = (performance.now() - began) / 1000;
  };
  const [, longestMilliseconds, waits] = await Promise.all([
    keepHouse().finally(end),
    watchHousekeeping(place, isOver),
    publishOn(place, isOver),
  ]);
  const longestWaitMilliseconds = Math.max(0, ...waits);
  return {
    seconds: seconds ?? 0,
    longestMilliseconds,
    longestWaitMilliseconds,
    published: waits.length,
  };
}

async function watchHousekeeping({ database }: Place, isOver: () => boolean): Promise<number> {
  const connection = await connect(database.address);
  let longest = 0;
  while (!isOver()) {
    const [row] = await connection.rows<{ milliseconds: number }>(
      `select coalesce(max(extract(epoch from clock_timestamp() - a.xact_start)), 0)::float8 * 1000
         as milliseconds
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
       where l.locktype = 'advisory' and l.classid = 7263 and a.datname = current_database()`,
    );
    longest = Math.max(longest, row?.milliseconds ?? 0);
    await pause(20);
  }
  await connection.end();
  return longest;
}

async function publishOn(place: Place, isOver: () => boolean): Promise<number[]> {
  const { database, clock, organization } = place;
  const waits: number[] = [];
  for (let last = false; !last; last = isOver()) {
    const event = anyEvent(`new ${waits.length}`);
    const transaction = await database.of(organization).transaction(async (tx) => {
      await publish(tx, organization, clock.now(), [event]);
      const [row] = await tx.rows<{ own: string }>('select pg_current_xact_id()::text as own');
      return row?.own as string;
    });
    const began = performance.now();
    await until('it can be read', () => isPast(database, transaction));
    waits.push(performance.now() - began);
    await pause(20);
  }
  return waits;
}

/** Whether those who read the log see what a transaction wrote. */
export async function isPast(database: Database, transaction: string): Promise<boolean> {
  const end = await selectEnd(database.system.reading);
  return comparePositions(end, { ...end, transaction }) > 0;
}
