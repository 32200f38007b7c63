import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import nodeHttp from 'snowflake-sdk/dist/lib/http/node.js';
import {
  type Connection,
  type DriverError,
  loadDriver,
} from '../../../sync/connectors/snowflake/driver.ts';
import { startSnowflake } from './simulator.ts';

const simulator = await startSnowflake({ records: 2_500 });
after(() => simulator.end());
const driver = await loadDriver({ httpClientClass: nodeHttp.NodeHttpClient });

async function connect(privateKey = simulator.signIn.privateKey): Promise<Connection> {
  const { account, user: username } = simulator.signIn;
  const accessUrl = simulator.url;
  const connection = driver.createConnection({
    ...{ account, username, accessUrl, privateKey, authenticator: 'SNOWFLAKE_JWT' },
    ...{ database: 'HEDDLE', schema: 'PUBLIC', fetchAsString: ['Number'], rowMode: 'array' },
  });
  const error = await new Promise<DriverError | undefined>((done) => {
    connection.connectAsync(done).catch(done);
  });
  if (error) throw error;
  return connection;
}

function ask(connection: Connection, sqlText: string, more = {}): Promise<unknown[][]> {
  return new Promise((resolve, reject) => {
    const complete = (error: Error | undefined, _: unknown, rows: unknown[][]) =>
      error ? reject(error) : resolve(rows);
    connection.execute({ sqlText, complete, ...more });
  });
}

suite("the vendor's own driver", () => {
  test('signs in by a key, and is refused with another one', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

    assert.deepEqual(await ask(await connect(), 'select current_version()'), [['9.38.1']]);
    await assert.rejects(connect(other), /JWT token is invalid/);
  });

  test('reads a result that comes in pieces', async () => {
    const rows = await ask(await connect(), 'select ID, "fullName" from RAW.CONTACTS order by ID');

    assert.equal(rows.length, 2_500);
    assert.deepEqual(rows[0], ['1', 'Person 1']);
    assert.deepEqual(rows.at(-1), ['2500', 'Person 2500']);
  });

  test('waits for a statement that takes its time', async () => {
    const connection = await connect();
    simulator.sessions.deferred = 1;

    assert.deepEqual(await ask(connection, 'select count(*) from RAW.CONTACTS'), [['2500']]);
  });

  test('renews a token that has ended', async () => {
    const connection = await connect();
    simulator.sessions.expire();

    assert.deepEqual(await ask(connection, 'select 1'), [['1']]);
    assert.ok(simulator.heard.includes('POST /session/token-request'));
  });

  test('writes and reads values as they are, and merges them by a key', async () => {
    const connection = await connect();
    await ask(connection, 'create table T (ID number(38,0), N number(38,4), AT timestamp_ntz(9))');
    const merge = (rows: unknown) =>
      ask(
        connection,
        `merge into T as t using (select to_number(as_varchar(get(value, 0)), 38, 0) as a,
           to_number(as_varchar(get(value, 1)), 38, 4) as b,
           to_timestamp_ntz(as_varchar(get(value, 2))) as c
           from table(flatten(input => parse_json(?)))) as s on t.ID = s.a
         when matched and (t.N is distinct from s.b) then update set N = s.b
         when not matched then insert (ID, N, AT) values (s.a, s.b, s.c)`,
        { binds: [JSON.stringify(rows)] },
      );

    const first = await merge([
      ['9999999999999999', '-0.5', '9999-12-31 23:59:59.999999999'],
      ['1755445060952000000', '12.3456', '1969-12-31T23:59:59.5'],
    ]);
    const second = await merge([
      ['9999999999999999', '-0.5', null],
      ['1755445060952000000', '7', null],
    ]);

    assert.deepEqual([first, second], [[['2', '0']], [['0', '1']]]);
    assert.deepEqual(await ask(connection, 'select ID, N, to_varchar(AT) from T order by ID'), [
      ['9999999999999999', '-0.5000', '9999-12-31T23:59:59.999999999'],
      ['1755445060952000000', '7.0000', '1969-12-31T23:59:59.500000000'],
    ]);
  });

  test('names are told apart by their case, and unquoted ones are upper case', async () => {
    const connection = await connect();
    await ask(connection, 'create table N ("created_datetime" varchar, id number(38,0))');

    assert.deepEqual(await ask(connection, 'select "created_datetime", ID from n'), []);
    await assert.rejects(
      ask(connection, 'select created_datetime from N'),
      /SQL compilation error/,
    );
    await assert.rejects(ask(connection, 'select "id" from N'), /SQL compilation error/);
  });

  test('a transaction is undone, and another one waits for it', async () => {
    const [one, other] = [await connect(), await connect()];
    await ask(one, 'create table X (ID number(38,0))');
    await ask(one, 'begin name heddle_one');
    await ask(one, "insert into X (ID) select to_number('1')");
    const waiting = ask(other, "insert into X (ID) select to_number('2')");
    const [open] = await ask(one, 'show transactions');
    await ask(other, `select system$abort_transaction(${open?.[0]})`);
    await waiting;

    assert.deepEqual(await ask(one, 'select ID from X'), [['2']]);
  });

  test('leaves no log behind', () => {
    assert.ok(!existsSync('snowflake.log'));
  });
});
