import assert from 'node:assert/strict';
import { readdir, readlink, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { head } from '../../runtime/testing/socket.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeTeam, resultOf } from '../testing/scene.ts';
import { mp4, picture, storedFiles, thumbnailOf, uploaderOf } from './testing/uploads.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { bot, other } = await makeTeam(app);
const stranger = (await makeTeam(app)).bot;
const upload = uploaderOf(app, bot.key);
const video = mp4({ width: 64, height: 48 });
const uploaded = (await upload(video, { name: 'tour of the practice.mp4' })).result;
const path = `/files/${uploaded.fileID}`;

async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(app.url + url, {
    method,
    headers: { authorization: `Bearer ${bot.key}`, ...headers },
  });
  const content = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, content };
}

const named = (name: string) => async () => {
  const { result } = await upload(await picture(), { name });
  const { headers } = await get(`/files/${result.fileID}`);
  return headers.get('content-disposition');
};

test('a file is sent as it came, and so that nothing in it can run', async () => {
  const { status, headers, content } = await get(path);

  assert.equal(status, 200);
  assert.ok(content.equals(video));
  const expected = {
    'content-type': 'video/mp4',
    'content-length': String(video.length),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'private, max-age=300',
    'accept-ranges': 'bytes',
    'x-pixels': '64x48',
    'content-disposition':
      'inline; filename="tour of the practice.mp4"; ' +
      "filename*=UTF-8''tour%20of%20the%20practice.mp4",
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(headers.get(name), value);
  assert.match(headers.get('vary') ?? '', /cookie/);
});

describe('a file is called', () => {
  const names: [string, string, string][] = [
    ['what its path ends in', '../../etc/passwd', 'passwd.png'],
    ['what its path on Windows ends in', 'C:\\Users\\ann\\x-ray.PNG', 'x-ray.png'],
    ['by the ending of what it is', 'page.html', 'page.png'],
    ['as it is written, in any script', 'Größe 牙.png', 'Größe 牙.png'],
    ['without markup', '"><script>alert(1)</script>.png', 'script.png'],
    ['without control characters', 'a\u0000b\u202egnp.exe', 'a b gnp.png'],
    ['with its quotes', 'my "best" pic.png', 'my "best" pic.png'],
    ['with quotes that do not end the header', `a"; filename="b.exe`, 'a"; filename="b.png'],
    ['something when nothing is left', '...', 'file.png'],
    ['something shorter when it is long', `${'é'.repeat(400)}.png`, `${'é'.repeat(120)}.png`],
  ];
  for (const [what, given, expected] of names) {
    test(what, async () => {
      const disposition = (await named(given)()) ?? '';

      const [, exact = ''] = /filename\*=UTF-8''(\S+)$/.exec(disposition) ?? [];
      assert.equal(decodeURIComponent(exact), expected);
      assert.match(disposition, /^inline; filename="[\x20-\x7e]*"; filename\*=UTF-8''[\w.%!~-]+$/);
    });
  }
});

describe('of a file', () => {
  const ranges: [string, number, number][] = [
    ['bytes=0-99', 0, 99],
    ['bytes=100-', 100, video.length - 1],
    ['bytes=-50', video.length - 50, video.length - 1],
    [`bytes=10-${video.length * 2}`, 10, video.length - 1],
    [`bytes=-${video.length * 2}`, 0, video.length - 1],
    ['Bytes=0-0', 0, 0],
  ];
  for (const [range, first, last] of ranges) {
    test(`the range ${range} can be asked for`, async () => {
      const { status, headers, content } = await get(path, { range });

      assert.equal(status, 206);
      assert.equal(headers.get('content-range'), `bytes ${first}-${last}/${video.length}`);
      assert.equal(headers.get('content-length'), String(last - first + 1));
      assert.ok(content.equals(video.subarray(first, last + 1)));
    });
  }

  for (const range of [`bytes=${video.length}-`, 'bytes=-0', 'bytes=999999999-']) {
    test(`the range ${range} cannot be had`, async () => {
      const { status, headers } = await get(path, { range });

      assert.equal(status, 416);
      assert.equal(headers.get('content-range'), `bytes */${video.length}`);
    });
  }

  for (const range of ['bytes=0-1,5-6', 'bytes=9-3', 'bytes=-', 'bytes=a-b', 'lines=1-2', '0-5']) {
    test(`all is sent for the range ${range}`, async () => {
      const { status, content } = await get(path, { range });

      assert.equal(status, 200);
      assert.equal(content.length, video.length);
    });
  }

  test('a range is sent only if it is still the same file', async () => {
    const { headers } = await get(path);
    const etag = headers.get('etag') ?? '';

    const same = await get(path, { range: 'bytes=0-9', 'if-range': etag });
    const another = await get(path, { range: 'bytes=0-9', 'if-range': '"another"' });

    assert.deepEqual([same.status, another.status], [206, 200]);
  });
});

test('what a browser has already is not sent again, for as long as it may read it', async () => {
  const etag = (await get(path)).headers.get('etag') ?? '';

  const again = await get(path, { 'if-none-match': `"x", W/${etag}` });
  const changed = await get(path, { 'if-none-match': '"x"' });
  const foreign = await get(path, {
    'if-none-match': etag,
    authorization: `Bearer ${stranger.key}`,
  });

  assert.deepEqual([again.status, again.content.length], [304, 0]);
  assert.equal(changed.status, 200);
  assert.equal(foreign.status, 404);
});

test('HEAD says how large it is, and sends nothing', async () => {
  const socket = createConnection(Number(new URL(app.url).port), '127.0.0.1');
  socket.write(head(`HEAD ${path}`, { authorization: `Bearer ${bot.key}` }));
  const pieces = await Array.fromAsync(socket as AsyncIterable<Buffer>);
  const text = Buffer.concat(pieces).toString();

  assert.match(text, /^HTTP\/1\.1 200 /);
  assert.match(text, new RegExp(`\r\ncontent-length: ${video.length}\r\n`, 'i'));
  assert.ok(text.endsWith('\r\n\r\n'));
});

test('whoever may not read a file is told the same as for one that is not there', async () => {
  const ids = [uploaded.fileID, '12345678901', '0', '..%2f..', 'a'.repeat(200), '-1', '1e10'];
  for (const id of ids) {
    for (const tail of ['', '/thumbnail']) {
      const { status, content } = await get(`/files/${id}${tail}`, {
        authorization: `Bearer ${other.key}`,
      });

      const { request_id: _, ...error } = JSON.parse(content.toString());
      assert.equal(status, 404);
      assert.equal(error.ok, false);
      if (id.length === 11) assert.equal(error.error, 'file_not_found');
    }
  }
});

test('without a key or a session a file is a 401', async () => {
  const response = await fetch(app.url + path);

  assert.equal(response.status, 401);
});

test('a method that files do not take is a 405', async () => {
  const { status, headers } = await get(path, {}, 'POST');

  assert.equal(status, 405);
  assert.equal(headers.get('allow'), 'GET, HEAD');
});

test('a thumbnail is a WebP of at most 1,000 pixels across; a video has none', async () => {
  const { result } = await upload(await picture('jpeg', { width: 2_400, height: 1_200 }));

  const thumbnail = await thumbnailOf(app, bot.key, result.fileID);
  const none = await get(`${path}/thumbnail`);

  const { format, width, height } = await sharp(thumbnail.content).metadata();
  assert.equal(thumbnail.headers.get('content-type'), 'image/webp');
  assert.equal(thumbnail.headers.get('content-length'), String(thumbnail.content.length));
  assert.match(thumbnail.headers.get('content-disposition') ?? '', /filename="picture\.webp"/);
  assert.deepEqual({ format, width, height }, { format: 'webp', width: 1_000, height: 500 });
  assert.equal(none.status, 404);
});

test('a client that hangs up while it is sent to leaves no file open', async () => {
  const large = Buffer.concat([video, Buffer.alloc(30 * 1024 * 1024)]);
  const { result } = await upload(large);
  const socket = createConnection(Number(new URL(app.url).port), '127.0.0.1');
  const authorization = `Bearer ${bot.key}`;
  socket.write(head(`GET /files/${result.fileID}`, { authorization }));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  assert.ok((await openFiles()) > 0);

  socket.destroy();

  await until('the file is closed', async () => (await openFiles()) === 0);
});

test('a file whose content is lost is a 404, and no half answer', async () => {
  const { result } = await upload(await picture());
  const stored = await storedFiles(app);
  await resultOf(await bot.client.ping());
  // What was only arriving may have gone by itself.
  for (const one of stored) await rm(one, { force: true });

  const { status, headers } = await get(`/files/${result.fileID}`);

  assert.equal(status, 404);
  assert.match(headers.get('content-type') ?? '', /^application\/json/);
});

/** How many files of the store this process has open. */
async function openFiles(): Promise<number> {
  const numbers = await readdir('/proc/self/fd');
  const paths = await Promise.all(
    numbers.map((one) => readlink(`/proc/self/fd/${one}`).catch(() => '')),
  );
  return paths.filter((one) => one.startsWith(`${app.dataDirectory}/files/`)).length;
}
