import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Database } from '../../../runtime/database/database.ts';
import { silent } from '../../../testing/cluster.ts';
import { startServer } from '../../../testing/server.ts';
import type { Session } from '../../connectors/connector.ts';
import { Busy } from '../../connectors/failure.ts';
import { mysql } from '../../connectors/mysql/index.ts';
import { GuardedOutside } from '../../connectors/outside.ts';
import { postgres } from '../../connectors/postgres/index.ts';
import { makeDatabase, type TestDatabase } from '../../connectors/testing/databases.ts';
import { makeSchema, type TestSchema } from '../../connectors/testing/mariadbs.ts';
import { move } from '../../connectors/testing/move.ts';
import { countedTo, mysqlProtocol, postgresProtocol } from '../../connectors/testing/wire.ts';
import { bodyOf, makeSyncScene } from '../../testing/scene.ts';
import { Leases } from './leases.ts';
import { Turns } from './turns.ts';

const app = await startServer();
const processes = [new Database(app.address, silent), new Database(app.address, silent)];
after(() => Promise.all(processes.map((database) => database.close())));
const systems = {
  // Of a connection, beside its statements: whether it is a database of this server.
  postgres: { connector: postgres, protocol: postgresProtocol, make: makeDatabase, opening: 1 },
  // How values are written and read.
  mysql: { connector: mysql, protocol: mysqlProtocol, make: makeSchema, opening: 4 },
};
const { signal } = new AbortController();

for (const [provider, { connector, protocol, make, opening }] of Object.entries(systems)) {
  suite(provider, () => {
    let database: TestDatabase | TestSchema;
    before(async () => {
      database = await make();
    });
    after(() => database.end());

    async function makeConnection() {
      const { client, organization } = await makeSyncScene(app);
      const { credentials } = database;
      const body = { provider, name: 'Test', config: {}, credentials };
      const { id } = bodyOf(await client.createConnection({ body, query: { check: false } }));
      const walls = processes.map((one) => one.of(organization));
      return { walls, own: { organization, id } };
    }

    /** Sessions of one connection, each of the process with its number. */
    function opener(terms: { port?: number } & Partial<GuardedOutsideTerms>) {
      const opened: (() => Promise<void>)[] = [];
      return {
        open: async (more: Partial<GuardedOutsideTerms> = {}) => {
          const { port = database.credentials.port, ...others } = { ...terms, ...more };
          const allowed = { allowPrivateHosts: ['1'], folder: undefined, signal };
          const outside = new GuardedOutside({ ...allowed, ...others });
          const credentials = { ...database.credentials, host: '127.0.0.1', port };
          const session = await connector.open({ config: {}, credentials }, outside);
          const close = () => session.close().finally(() => outside.close());
          opened.push(close);
          return { session, close };
        },
        end: () => Promise.all(opened.map((close) => close())),
      };
    }

    test('two processes together have as many connections as are allowed', async (t) => {
      const { walls, own } = await makeConnection();
      const wire = await countedTo(database.credentials.port, protocol);
      const { open, end } = opener({ port: wire.port });
      t.after(() => end().finally(() => wire.end()));
      const within = (nth: number, waitSeconds: number) => {
        const leases = new Leases(walls[nth]!, own, 2, waitSeconds);
        return open({ place: (ending) => leases.take(ending) });
      };
      const [first, second] = [await within(0, 0), await within(1, 0)];
      const [told, waiting] = [await within(0, 0), await within(1, 60)];

      await Promise.all([first.session.check(), second.session.check()]);
      await assert.rejects(told.session.check(), Busy);
      const waited = waiting.session.check();
      const before = wire.counted.connections;
      await first.close();
      await waited;
      await assert.rejects(told.session.check(), Busy);

      assert.deepEqual([before, wire.counted.connections], [2, 3]);
    });

    test('every statement of two processes waits for a turn of its own', async (t) => {
      const { walls, own } = await makeConnection();
      const wire = await countedTo(database.credentials.port, protocol);
      const { open, end } = opener({ port: wire.port });
      t.after(() => end().finally(() => wire.end()));
      const perSecond = 200;
      let taken = 0;
      const paced = (nth: number) => {
        const turns = new Turns(walls[nth]!, own, perSecond);
        const turn = (ending: AbortSignal) => {
          taken += 1;
          return turns.take(ending);
        };
        return open({ turn });
      };
      const sessions = [(await paced(0)).session, (await paced(1)).session];
      const began = performance.now();

      await Promise.all(sessions.map((session, nth) => useAll(session, `of_${nth}`)));

      const seconds = (performance.now() - began) / 1000;
      const { connections, statements } = wire.counted;
      assert.equal(taken, connections + statements - opening * connections);
      assert.ok(seconds >= ((taken - 1) / perSecond) * 0.98, `${taken} turns in ${seconds} s`);
    });

    test('who is closed waits for no turn any more', async () => {
      const { open } = opener({});
      let turns = 0;
      const never = (ending: AbortSignal) => {
        turns += 1;
        if (turns === 1) return Promise.resolve();
        return new Promise<void>((_, reject) => {
          ending.addEventListener('abort', () => reject(ending.reason), { once: true });
          void close();
        });
      };
      const { session, close } = await open({ turn: never });

      await assert.rejects(session.check(), { name: 'AbortError' });
    });

    /** Whatever a session can be asked for. */
    async function useAll(session: Session, table: string) {
      const { admin } = database as TestSchema;
      await admin.query(`create table ${table} (id int primary key, word varchar(9) not null)`);
      await admin.query(`insert into ${table} values (1, 'a'), (2, 'b'), (3, 'c')`);
      await session.check();
      await session.objects({ limit: 9 });
      const { fields } = await session.describe(table);
      for (const mode of ['upsert', 'mirror', 'replace'] as const) {
        const into = `${table}_${mode}`;
        await move({ from: session, to: session, object: table, into, mode, syncId: into });
      }
      const asked = { query: `select id from ${table}`, key: [], batchBytes: 1e6, batchRows: 10 };
      const { batches } = await session.read({ ...asked, signal });
      let read = 0;
      for await (const { count } of batches) read += count;
      assert.equal(read, 3);
      await session.query({ object: table, limit: 2 });
      const one = { object: table, key: ['id'], fields };
      await session.apply({ ...one, operation: 'upsert', rows: [['4', 'd']] });
      await session.apply({ ...one, operation: 'delete', rows: [['4', 'd']] });
    }
  });
}

type GuardedOutsideTerms = ConstructorParameters<typeof GuardedOutside>[0];
