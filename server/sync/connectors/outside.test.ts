import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import ssh2 from 'ssh2';
import { ConnectorError } from './failure.ts';
import { mysql } from './mysql/index.ts';
import { GuardedOutside, type OutsideTerms } from './outside.ts';
import { postgres } from './postgres/index.ts';
import { Tunnel } from './tunnel.ts';

const opened: GuardedOutside[] = [];
after(() => Promise.all(opened.map((outside) => outside.close())));

function guard(terms: Partial<OutsideTerms> = {}): GuardedOutside {
  const outside = new GuardedOutside({
    allowPrivateHosts: [],
    folder: undefined,
    signal: new AbortController().signal,
    ...terms,
  });
  opened.push(outside);
  return outside;
}

const answering = (...addresses: string[]) => ({ addressesOf: async () => addresses });
const refused = (error: unknown) =>
  error instanceof ConnectorError && error.kind === 'configuration';

let heard: string[] = [];
const listener: RequestListener = (request, response) => {
  heard.push(`${request.headers.host}${request.url}`);
  if (request.url !== '/redirect') return response.end('here');
  return response.writeHead(302, { location: 'http://127.0.0.1/' }).end();
};
const server = createServer(listener);
let port = 0;
before(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ({ port } = server.address() as AddressInfo);
});
after(() => void server.close());

suite('addresses', () => {
  const own = [
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '192.0.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '[::1]',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fe80::1',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
  ];
  for (const address of own) {
    test(`${address} is refused, as an address and as what a name leads to`, async () => {
      await assert.rejects(guard().resolve(address), refused);
      const plain = address.replace(/[[\]]/g, '');
      await assert.rejects(guard(answering(plain)).resolve('a.example'), refused);
    });
  }

  for (const host of [
    'localhost',
    'LOCALHOST',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
  ]) {
    test(`${host} is refused, and so is a URL with it`, async () => {
      heard = [];

      await assert.rejects(guard().resolve(host), refused);
      await assert.rejects(guard().fetch(`http://${host}:${port}/`), refused);
      assert.deepEqual(heard, []);
    });
  }

  test('what is public passes, and of several addresses only that', async () => {
    assert.deepEqual(await guard().resolve('93.184.216.34'), ['93.184.216.34']);
    assert.deepEqual(await guard().resolve('2606:4700::1111'), ['2606:4700::1111']);
    const both = guard(answering('10.0.0.1', '93.184.216.34', '::1'));
    assert.deepEqual(await both.resolve('a.example'), ['93.184.216.34']);
  });

  for (const [allowed, host, address] of [
    ['1', 'db.local', '10.1.2.3'],
    ['db.local', 'DB.local.', '10.1.2.3'],
    ['10.1.0.0/16', 'db.local', '10.1.2.3'],
    ['10.1.2.3', 'db.local', '::ffff:10.1.2.3'],
    ['fd00::/8', 'db.local', 'fd00::1'],
    ['::1', '[::1]', '::1'],
  ] as const) {
    test(`${allowed} allows ${host} at ${address}`, async () => {
      const outside = guard({ allowPrivateHosts: [allowed], ...answering(address) });

      assert.equal((await outside.resolve(host)).length, 1);
    });
  }

  test('what is allowed allows nothing else', async () => {
    for (const allowed of ['db.local', '10.1.0.0/16', '10.1.2.3', 'fd00::/8', '0.0.0.0/x', '']) {
      const outside = guard({ allowPrivateHosts: [allowed], ...answering('10.2.0.1') });
      await assert.rejects(outside.resolve('other.local'), refused);
    }
  });

  test('a name that cannot be found is tried again', async () => {
    await assert.rejects(
      guard().resolve('nowhere.invalid'),
      (error) => error instanceof ConnectorError && error.kind === 'retry',
    );
  });
});

suite('requests', () => {
  test('a name that leads here is refused at the moment of connecting', async () => {
    heard = [];
    const outside = guard(answering('127.0.0.1'));

    await assert.rejects(outside.fetch(`http://a.example:${port}/`), refused);
    assert.deepEqual(heard, []);
  });

  test('a name that is public when it is looked at and private when it is used is refused', async () => {
    heard = [];
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const outside = guard({ addressesOf: async () => answers.shift() ?? [] });

    assert.deepEqual(await outside.resolve('a.example'), ['93.184.216.34']);
    await assert.rejects(outside.fetch(`http://a.example:${port}/`), refused);
    assert.deepEqual(heard, []);
  });

  test('an allowed name is reached under its name, and a redirect is answered, not followed', async () => {
    heard = [];
    const outside = guard({ allowPrivateHosts: ['a.example'], ...answering('127.0.0.1') });

    const answer = await outside.fetch(`http://a.example:${port}/redirect`, { redirect: 'follow' });

    assert.equal(answer.status, 302);
    await answer.body?.cancel();
    assert.deepEqual(heard, [`a.example:${port}/redirect`]);
  });

  test('only http and https lead outside', async () => {
    for (const url of ['file:///etc/passwd', 'data:text/plain,a', 'ftp://a.example/']) {
      await assert.rejects(guard().fetch(url), refused);
    }
  });
});

suite('databases', () => {
  for (const [connector, title] of [
    [postgres, 'PostgreSQL'],
    [mysql, 'MySQL'],
  ] as const) {
    test(`${title} behind a name that leads here is refused at the moment of connecting`, async () => {
      let count = 0;
      const listening = createSocketServer(() => {
        count += 1;
      });
      await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
      const place = { port: (listening.address() as AddressInfo).port, database: 'a', user: 'a' };
      for (const address of ['127.0.0.1', '::ffff:127.0.0.1', '169.254.169.254']) {
        const outside = guard(answering(address));
        for (const host of ['a.example', address]) {
          const credentials = { ...place, host };
          const session = await connector.open({ config: {}, credentials }, outside);
          await assert.rejects(session.check(), refused);
          await session.close();
        }
      }
      listening.close();

      assert.equal(count, 0);
    });
  }
});

suite('what is looked up', () => {
  const place = { host: 'a.example', database: 'a', user: 'a' };
  type Way = (outside: GuardedOutside, at: number) => Promise<unknown>;
  const by =
    (connector: typeof postgres): Way =>
    async (outside, port) => {
      const session = await connector.open(
        { config: {}, credentials: { ...place, port } },
        outside,
      );
      return session.check().finally(() => session.close());
    };
  const ways: Record<string, Way> = {
    PostgreSQL: by(postgres),
    MySQL: by(mysql),
    'an SSH server': (outside, at) => {
      const { private: key } = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
      const server = { host: 'a.example', port: at, user: 'a', private_key: key };
      return Tunnel.open(server, { host: 'db.internal', port: 1 }, outside);
    },
  };

  for (const [title, connect] of Object.entries(ways)) {
    test(`is what ${title} is reached at: another answer a moment later leads nowhere`, async () => {
      let count = 0;
      const listening = createSocketServer(() => {
        count += 1;
      });
      await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
      const { port: at } = listening.address() as AddressInfo;
      const answers = [['127.0.0.2']];
      const outside = guard({
        allowPrivateHosts: ['127.0.0.2'],
        addressesOf: async () => answers.shift() ?? ['127.0.0.1'],
      });

      await assert.rejects(connect(outside, at), /ECONNREFUSED/);
      await assert.rejects(connect(outside, at), refused);
      for (const address of ['::ffff:127.0.0.1', '127.0.0.1']) {
        await assert.rejects(connect(guard(answering(address)), at), refused);
      }
      listening.close();
      assert.equal(count, 0);
    });
  }
});

suite('local paths', () => {
  let root = '';
  let own: GuardedOutside;
  before(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'heddle-outside-')));
    await mkdir(join(root, 'org_1', 'reports'), { recursive: true });
    await mkdir(join(root, 'org_10'));
    await writeFile(join(root, 'org_10', 'theirs.csv'), '');
    await writeFile(join(root, 'org_1', 'own.csv'), '');
    await symlink(join(root, 'org_10'), join(root, 'org_1', 'folder'));
    await symlink(join(root, 'org_10', 'theirs.csv'), join(root, 'org_1', 'file'));
    await symlink(join(root, 'org_10', 'new.csv'), join(root, 'org_1', 'dangling'));
    await symlink('own.csv', join(root, 'org_1', 'inside'));
    own = guard({ folder: join(root, 'org_1') });
  });
  after(() => rm(root, { recursive: true, force: true }));

  test('what is within is found by its real path, and so is what is to be made', async () => {
    const folder = join(root, 'org_1');
    assert.equal(await own.localPath('own.csv'), join(folder, 'own.csv'));
    assert.equal(await own.localPath('inside'), join(folder, 'own.csv'));
    assert.equal(await own.localPath('reports/new.csv'), join(folder, 'reports', 'new.csv'));
    assert.equal(await own.localPath(join(folder, 'own.csv')), join(folder, 'own.csv'));
    assert.equal(await own.localPath(''), folder);
  });

  for (const path of [
    '/etc/passwd',
    '..',
    '../org_10/theirs.csv',
    'reports/../../org_10/theirs.csv',
    'folder',
    'folder/theirs.csv',
    'folder/new.csv',
    'file',
    'dangling',
    'a\0b',
  ]) {
    test(`${JSON.stringify(path)} is refused`, async () => {
      await assert.rejects(own.localPath(path), refused);
    });
  }

  test('without a folder no path is allowed', async () => {
    await assert.rejects(guard().localPath('a'), /HEDDLE_FILES_DIR/);
    await assert.rejects(guard({ folder: join(root, 'org_2') }).localPath('a'), /org_2/);
  });
});
