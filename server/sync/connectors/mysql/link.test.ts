import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { startMariadb } from '../../../../testing/mariadb.ts';
import { until } from '../../../runtime/testing/until.ts';
import type { ConnectorError } from '../failure.ts';
import { makeCertificates } from '../testing/certificates.ts';
import { makeSchema, type TestSchema } from '../testing/mariadbs.ts';
import { openOutside } from '../testing/outside.ts';
import { mysql } from './index.ts';

let database: TestSchema;
const outside = openOutside();

before(async () => {
  database = await makeSchema();
});
after(async () => {
  await database.end();
  await outside.end();
});

async function kindOf(credentials: Record<string, unknown>): Promise<string> {
  try {
    const session = await mysql.open({ config: {}, credentials }, outside);
    await session.check().finally(() => session.close());
    return 'fine';
  } catch (error) {
    return (error as ConnectorError).kind;
  }
}

test('what is wrong with a connection is said, with whose fault it is', async () => {
  const good = database.credentials;
  const url = `mysql://root@localhost:${good.port}/${good.database}`;

  assert.equal(await kindOf({ url }), 'fine');
  assert.equal(await kindOf({ url: url.replace('mysql:', 'mariadb:') }), 'fine');
  assert.equal(await kindOf({ url: `${url}?ssl-mode=REQUIRED` }), 'configuration');
  assert.equal(await kindOf({ url: url.replace('mysql:', 'postgres:') }), 'configuration');
  assert.equal(await kindOf({ ...good, host: '/tmp/mysql.sock' }), 'configuration');
  assert.equal(await kindOf({ ...good, database: 'nowhere' }), 'configuration');
  assert.equal(await kindOf({ ...good, user: 'nobody', password: 'x' }), 'configuration');
  assert.equal(await kindOf({ ...good, port: 1 }), 'retry');
});

test('what is given up ends at the server too', async () => {
  const session = await database.open();
  const controller = new AbortController();
  const running = async () => {
    const [rows] = await database.admin.query(
      `select count(*) from information_schema.processlist where info like '%sleep(60)%'
       and id <> connection_id()`,
    );
    return Number((rows as unknown[][])[0]?.[0]);
  };
  const reading = await session.read({
    query: 'select seq, sleep(60) as slept from seq_1_to_10',
    ...{ key: [], batchBytes: 1e6, batchRows: 10 },
    signal: controller.signal,
  });
  const next = reading.batches[Symbol.asyncIterator]().next();
  next.catch(() => undefined);
  await until('the statement runs', async () => (await running()) === 1);

  controller.abort();

  await until('the statement has ended', async () => (await running()) === 0);
  await assert.rejects(next);
});

test('a server that asks for a file gets nothing', async () => {
  const sent: Buffer[] = [];
  let isAsked = false;
  const server = createServer((socket) => {
    void pose(socket, (said) => {
      if (!isAsked) {
        isAsked = true;
        return Buffer.from('\xfb/etc/passwd', 'latin1');
      }
      sent.push(said);
      socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const kind = await kindOf({ ...database.credentials, port });
  server.close();

  assert.notEqual(kind, 'fine');
  assert.deepEqual(sent.map(String), ['']);
});

test('a server that lets us in, and then refuses or is silent, keeps no connection of ours', async () => {
  const refusal = Buffer.from('\xff\x48\x04#42000not here', 'latin1');
  for (const answer of [refusal, undefined]) {
    const patience = openOutside();
    const sockets: Socket[] = [];
    let isAsked = false;
    const server = createServer((socket) => {
      sockets.push(socket);
      void pose(socket, () => {
        isAsked = true;
        return answer;
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const credentials = { ...database.credentials, port };
    const session = await mysql.open({ config: {}, credentials }, patience);

    const checked = assert.rejects(session.check());
    await until('it is asked', async () => isAsked);
    if (!answer) await patience.end();
    await checked;
    await until('it is left', async () => sockets.every(({ destroyed }) => destroyed));

    await session.close();
    await patience.end();
    server.close();
  }
});

/** Greets as MySQL does, lets everybody in, and answers what comes then. */
async function pose(socket: Socket, answer: (asked: Buffer) => Buffer | undefined): Promise<void> {
  const packet = (number: number, body: Buffer) => {
    const head = Buffer.from([body.length & 255, body.length >> 8, 0, number]);
    socket.write(Buffer.concat([head, body]));
  };
  const capabilities = Buffer.from([0xff, 0xf7, 0x2d, 2, 0, 0xff, 0x81, 21, ...Buffer.alloc(10)]);
  const version = Buffer.from('\n8.0.0\0\x01\0\0\x0012345678\0', 'latin1');
  const rest = Buffer.from('123456789012\0mysql_native_password\0', 'latin1');
  packet(0, Buffer.concat([version, capabilities, rest]));
  let isIn = false;
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    const answered = isIn ? answer(Buffer.from(data).subarray(4)) : undefined;
    if (!isIn) packet(2, Buffer.from([0, 0, 0, 2, 0, 0, 0]));
    else if (answered) packet(1, answered);
    isIn = true;
  });
}

test('a certificate is checked against the name, and the authority that signed it', async () => {
  const { certificate, key, ca, otherCa, end } = await makeCertificates();
  const server = await startMariadb([`--ssl-cert=${certificate}`, `--ssl-key=${key}`]);
  const place = { port: server.port, database: 'heddle', user: 'root', ssl: 'verify-full' };

  const kinds = [
    await kindOf({ ...place, host: 'db.example', ca }),
    await kindOf({ ...place, host: 'db.example', ca: otherCa }),
    await kindOf({ ...place, host: 'db.example' }),
    await kindOf({ ...place, host: 'other.example', ca }),
    await kindOf({ ...place, host: '127.0.0.1', ca }),
    await kindOf({ ...place, host: '127.0.0.1', ssl: 'require' }),
  ];
  await server.stop();
  await end();

  const refused = Array.from({ length: 4 }, () => 'configuration');
  assert.deepEqual(kinds, ['fine', ...refused, 'fine']);
});
