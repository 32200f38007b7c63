import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { after, before, test } from 'node:test';
import ssh2, { type Connection } from 'ssh2';
import { ConnectorError } from './failure.ts';
import { mysql } from './mysql/index.ts';
import { GuardedOutside } from './outside.ts';
import { postgres } from './postgres/index.ts';
import { makeDatabase, type TestDatabase } from './testing/databases.ts';
import { makeSchema } from './testing/mariadbs.ts';
import { type SshPlace, Tunnel } from './tunnel.ts';

const { Server, utils } = ssh2;
const own = utils.generateKeyPairSync('ecdsa', { bits: 256 });
const other = utils.generateKeyPairSync('ecdsa', { bits: 256 });
const hostKey = utils.generateKeyPairSync('ecdsa', { bits: 256 });
const locked = utils.generateKeyPairSync('ecdsa', {
  bits: 256,
  passphrase: 'x',
  cipher: 'aes256-ctr',
  rounds: 4,
});

function fingerprintOf(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] as string, 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

const links = new Set<Connection>();
const forwarded: string[] = [];
const server = new Server({ hostKeys: [hostKey.private] }, (client) => {
  links.add(client);
  client.on('close', () => links.delete(client)).on('error', () => undefined);
  client.on('authentication', (attempt) => {
    const known = Buffer.from(own.public.split(' ')[1] as string, 'base64');
    const isKnown = attempt.method === 'publickey' && attempt.key.data.equals(known);
    if (isKnown && attempt.username === 'heddle') attempt.accept();
    else attempt.reject(['publickey']);
  });
  client.on('tcpip', (accept, reject, { destIP, destPort }) => {
    forwarded.push(`${destIP}:${destPort}`);
    if (destIP === 'unreachable.internal') return reject();
    // A name that only this server knows.
    const socket = dial(destPort, '127.0.0.1');
    socket.on('error', () => reject());
    socket.on('connect', () => {
      const stream = accept();
      stream.on('error', () => undefined);
      stream.pipe(socket).pipe(stream);
    });
  });
});

let database: TestDatabase;
let port = 0;
before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  database = await makeDatabase();
});
const outsides: GuardedOutside[] = [];
after(async () => {
  await Promise.all(outsides.map((outside) => outside.close()));
  for (const link of links) link.end();
  server.close();
  await database.end();
});

function guarded(allowPrivateHosts = ['ssh.example'], signal = new AbortController().signal) {
  const outside = new GuardedOutside({
    ...{ allowPrivateHosts, folder: undefined, signal },
    addressesOf: async () => ['127.0.0.1'],
  });
  outsides.push(outside);
  return outside;
}

const place = (more: Partial<SshPlace> = {}): SshPlace => ({
  ...{ host: 'ssh.example', port, user: 'heddle', private_key: own.private },
  host_key: fingerprintOf(hostKey.public),
  ...more,
});
const target = { host: 'db.internal', port: 1 };
const failing = (kind: ConnectorError['kind'], text: string) => (error: unknown) =>
  error instanceof ConnectorError && error.kind === kind && error.message.includes(text);

test('a database behind a tunnel is used under the name that it has there', async () => {
  const schema = await makeSchema();
  const ends = [
    { connector: postgres, credentials: database.credentials },
    { connector: mysql, credentials: schema.credentials },
  ];
  await database.admin.query('create table tunnelled (id int primary key)');
  await schema.admin.query('create table tunnelled (id int primary key)');
  for (const { connector, credentials } of ends) {
    const outside = guarded();
    const given = { ...credentials, host: 'db.internal', ssl: 'disable', ssh: place() };
    const session = await connector.open({ config: {}, credentials: given }, outside);

    await session.check();
    const described = await session.describe('tunnelled');
    await session.close();

    assert.deepEqual(described.key, ['id']);
    assert.equal(forwarded.at(-1), `db.internal:${credentials.port}`);
    await assert.rejects(outside.resolve('db.internal'), failing('configuration', 'private'));
  }
  await schema.end();
});

test('what is wrong is told apart: the user, the key, the server, its address', async () => {
  const open = (more: Partial<SshPlace>, outside = guarded()) =>
    Tunnel.open(place(more), target, outside);
  const nobody = createServer().listen(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port: closed } = nobody.address() as AddressInfo;
  nobody.close();
  await once(nobody, 'close');

  await assert.rejects(open({ user: 'x' }), failing('configuration', 'does not accept'));
  const strange = open({ private_key: other.private });
  await assert.rejects(strange, failing('configuration', 'does not accept'));
  for (const private_key of ['x', locked.private, own.public]) {
    await assert.rejects(open({ private_key }), failing('configuration', 'not encrypted'));
  }
  const impostor = open({ host_key: fingerprintOf(other.public) });
  await assert.rejects(impostor, failing('configuration', 'another key'));
  const { host_key: known, ...unknown } = place();
  const first = Tunnel.open(unknown, target, guarded());
  await assert.rejects(first, failing('configuration', `shows the key ${known}`));
  await assert.rejects(open({ port: closed }), failing('retry', 'ECONNREFUSED'));
  await assert.rejects(open({}, guarded([])), failing('configuration', 'private'));
  await assert.rejects(open({}, guarded(['1'], AbortSignal.abort(new Error('enough')))), /enough/);
});

test('that the server cannot reach the database is said, not that the database is silent', async () => {
  const { credentials } = database;
  const given = { ...credentials, host: 'unreachable.internal', ssl: 'disable', ssh: place() };
  const session = await postgres.open({ config: {}, credentials: given }, guarded());

  await assert.rejects(session.check(), failing('retry', 'cannot reach'));
  await session.close();
});

test('what is under way ends with its tunnel', async () => {
  const tunnel = await Tunnel.open(
    place(),
    { ...target, port: database.credentials.port },
    guarded(),
  );
  const socket = dial(tunnel.port, tunnel.host);
  await once(socket, 'connect');
  const closed = once(socket, 'close');

  for (const link of links) link.end();
  await closed;

  assert.equal(socket.destroyed, true);
  await tunnel.close();
});
