import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { startPgbouncer } from '../../../../testing/pgbouncer.ts';
import { until } from '../../../runtime/testing/until.ts';
import { ConnectorError } from '../failure.ts';
import { makeCertificates } from '../testing/certificates.ts';
import { makeDatabase, type TestDatabase } from '../testing/databases.ts';
import { move } from '../testing/move.ts';
import { openOutside } from '../testing/outside.ts';
import { postgres } from './index.ts';

let database: TestDatabase;

before(async () => {
  database = await makeDatabase();
  await database.admin.query(`create table people (id int primary key, at timestamptz);
    insert into people select n, now() from generate_series(1, 5000) n`);
});
after(() => database.end());

function server(): { host: string; port: number; user: string } {
  const { host, port, user } = database.admin as unknown as ReturnType<typeof server>;
  return { host, port, user };
}

test('everything works through a pooler that gives each transaction another server', async () => {
  const pooler = await startPgbouncer('transaction', server());
  const outside = openOutside();
  const credentials = { url: pooler.url(database.credentials.database) };
  const [from, to] = [
    await postgres.open({ config: {}, credentials }, outside),
    await postgres.open({ config: {}, credentials }, outside),
  ];
  await database.admin.query(`alter role current_user in database "${database.credentials.database}"
    set timezone = 'Asia/Calcutta'`);

  for (const mode of ['upsert', 'append', 'replace', 'mirror'] as const) {
    const moving = { from, to, object: 'people', into: `pooled_${mode}`, mode, syncId: mode };
    await move({ ...moving, ...(mode === 'append' ? { cursorField: 'at' } : {}) });
    const { rows } = await database.admin.query(
      `select count(*)::int from people join pooled_${mode} using (id, at)`,
    );
    assert.equal(rows[0].count, 5000, mode);
  }

  await Promise.all([from.close(), to.close()]);
  await outside.end();
  await pooler.stop();
});

test('what is given up ends at the server too', async () => {
  const session = await database.open();
  const controller = new AbortController();
  const reading = await session.read({
    query: 'select n, pg_sleep(60) from generate_series(1, 10) n',
    ...{ key: [], batchBytes: 1e6, batchRows: 10 },
    signal: controller.signal,
  });
  const next = reading.batches[Symbol.asyncIterator]().next();
  next.catch(() => undefined);
  const running = async () => {
    const { rows } = await database.admin.query(
      `select count(*)::int from pg_stat_activity
       where datname = current_database() and query like '%pg_sleep(60)%' and state = 'active'
         and pid <> pg_backend_pid()`,
    );
    return rows[0].count as number;
  };
  await until('the statement runs', async () => (await running()) === 1);

  controller.abort();

  await until('the statement has ended', async () => (await running()) === 0);
  await assert.rejects(next);
});

test('a look says what is read again where the transactions of others cannot be seen', async () => {
  const user = `lesser_${randomUUID().replaceAll('-', '')}`;
  await database.admin.query(`create role ${user} login`);
  const outside = openOutside();
  const warned = async () => {
    const credentials = { ...database.credentials, user };
    const session = await postgres.open({ config: {}, credentials }, outside);
    return (await session.check().finally(() => session.close())).warnings;
  };

  const without = await warned();
  await database.admin.query(`grant pg_read_all_stats to ${user}`);
  const granted = await warned();
  await outside.end();
  await database.admin.query(`drop role ${user}`);

  assert.match(without.join(), /pg_read_all_stats.*5 minutes/);
  assert.doesNotMatch(granted.join(), /pg_read_all_stats/);
});

test('a look says what realtime would need: the server itself, and all of its log', async () => {
  const { host, port, user = '', database: name = '' } = database.admin;
  const pooler = await startPgbouncer('transaction', { host, port, user });
  const outside = openOutside();
  const warned = async (credentials: object) => {
    const session = await postgres.open({ config: {}, credentials: { ...credentials } }, outside);
    return (await session.check().finally(() => session.close())).warnings.join(' ');
  };

  const direct = await warned(database.credentials);
  const pooled = await warned({ url: pooler.url(name) });
  await outside.end();
  await pooler.stop();

  assert.match(direct, /wal_level = logical.*Here it is replica/);
  assert.doesNotMatch(direct, /pooler/);
  assert.match(pooled, /A pooler is between: realtime needs PostgreSQL itself/);
});

test('a query is one statement that reads, however it is written', async () => {
  await database.admin.query('create table victim (id int)');
  const texts = [
    'select 1 as id) as asked; commit; drop table victim; select * from (select 1 as id',
    'select 1 as id) as asked limit 0; drop table victim --',
    'select 1; drop table victim',
    'with gone as (drop table victim) select 1',
    'analyze delete from victim',
    'select 1 as id) as asked union select * from (select 2 as id',
    '',
  ];
  for (const query of texts) {
    const session = await database.open();
    const asked = { query, key: [], batchBytes: 1e6, batchRows: 10 };
    const reading = async () => {
      const { batches } = await session.read({ ...asked, signal: new AbortController().signal });
      for await (const batch of batches) assert.equal(batch.count, 0);
    };
    await assert.rejects(reading(), (error: unknown) => {
      return error instanceof ConnectorError && error.kind === 'configuration';
    });
    await session.close();
  }
  const { rows } = await database.admin.query("select to_regclass('victim') is not null as there");
  assert.deepEqual(rows, [{ there: true }]);
});

test('a certificate is checked against the name, and the authority that signed it', async () => {
  const { certificate, key, ca, otherCa, end } = await makeCertificates();
  const tls = { client_tls_cert_file: certificate, client_tls_key_file: key };
  const pooler = await startPgbouncer('session', server(), {
    ...tls,
    client_tls_sslmode: 'require',
  });
  const { database: name, user } = database.credentials;
  const port = Number(new URL(pooler.url(name)).port);
  const place = { port, database: name, user, ssl: 'verify-full' };
  const outside = openOutside();
  const kindOf = async (more: Record<string, unknown>) => {
    const session = await postgres.open(
      { config: {}, credentials: { ...place, ...more } },
      outside,
    );
    try {
      await session.check();
      return 'fine';
    } catch (error) {
      return (error as ConnectorError).kind;
    } finally {
      await session.close();
    }
  };

  const kinds = [
    await kindOf({ host: 'db.example', ca }),
    await kindOf({ host: 'db.example', ca: otherCa }),
    await kindOf({ host: 'db.example' }),
    await kindOf({ host: 'other.example', ca }),
    await kindOf({ host: '127.0.0.1', ca }),
    await kindOf({ host: '127.0.0.1', ssl: 'require' }),
    await kindOf({ host: '127.0.0.1', ssl: 'disable' }),
  ];
  await outside.end();
  await pooler.stop();
  await end();

  const refused = Array.from({ length: 4 }, () => 'configuration');
  assert.deepEqual(kinds, ['fine', ...refused, 'fine', 'configuration']);
});
