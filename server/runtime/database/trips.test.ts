import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { silent } from '../../testing/cluster.ts';
import { startServer } from '../../testing/server.ts';
import { relayTo } from '../testing/relay.ts';
import type { Address } from './address.ts';
import { Connections } from './connections.ts';
import { Database } from './database.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const own = app.address as { host: string; port: number; database: string; user: string };
const relay = await relayTo(join(own.host, `.s.PGSQL.${own.port}`));
after(() => relay.close());

const { port } = relay;
const url = `postgres://${own.user}@127.0.0.1:${port}/${own.database}`;
const ways: [string, Address][] = [
  ['where each role logs in', { ...own, host: '127.0.0.1', port }],
  ['where one login takes on the role', { connectionString: url }],
];

for (const [way, address] of ways) {
  describe(`the wall costs no round trip ${way}:`, () => {
    const database = new Database(address, silent, { connectionsMax: 1 });
    const options = { role: 'heddle_system', name: 'heddle test', max: 1 } as const;
    const connections = new Connections(address, options, silent);
    after(() => Promise.all([database.close(), connections.close()]));
    const { reading, read, transaction } = database.of(1);

    async function tripsOf(work: () => Promise<unknown>): Promise<number> {
      await work();
      const before = relay.trips();
      await work();
      return relay.trips() - before;
    }

    test('a read is one', async () => {
      assert.equal(await tripsOf(() => reading.rows('select 1')), 1);
    });

    test('reads of one snapshot are as many as wait for each other, and an end', async () => {
      const none = await tripsOf(() => read(async () => undefined));
      const atOnce = await tripsOf(() =>
        read((db) => Promise.all([db.rows('select 1'), db.rows('select 2'), db.rows('select 3')])),
      );
      const apart = await tripsOf(() =>
        read(async (db) => [await db.rows('select 1'), await db.rows('select 2')]),
      );

      assert.deepEqual({ none, atOnce, apart }, { none: 0, atOnce: 2, apart: 3 });
    });

    test('a transaction is as many as it waits for, and the commit', async () => {
      const trips = await tripsOf(() =>
        transaction(async (tx) => {
          await tx.rows('select 1');
          tx.write('select 2');
          await tx.rows('select 3');
          tx.write('select 4');
        }),
      );

      assert.equal(trips, 3);
    });

    test('a statement of the job queue or of the sign-in is one', async () => {
      assert.equal(await tripsOf(() => connections.run('select $1::int', [1])), 1);
    });
  });
}
