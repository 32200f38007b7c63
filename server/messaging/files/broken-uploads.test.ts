import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { drawFiles } from '../../platform/uploads/jobs.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { head, sendRaw } from '../../runtime/testing/socket.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeTeam } from '../testing/scene.ts';
import { mp4, picture, storedFiles, uploaderOf, webm } from './testing/uploads.ts';

const app = await startServer({ HEDDLE_ROLES: 'web', HEDDLE_UPLOAD_MB: '2' });
const { bot } = await makeTeam(app);
const upload = uploaderOf(app, bot.key);
const line = 'POST /api/public/uploadFile';
const authorization = `Bearer ${bot.key}`;
const form = 'multipart/form-data; boundary=x';
const png = (await picture()).toString('latin1');

const part = (content: string, disposition = 'form-data; name="data"; filename="a.png"') =>
  `--x\r\ncontent-disposition: ${disposition}\r\n\r\n${content}\r\n`;

async function send(body: string, type: string = form) {
  const length = String(Buffer.byteLength(body, 'latin1'));
  const headers = { authorization, 'content-type': type, 'content-length': length };
  const answer = await sendRaw(app.url, head(line, headers) + body);
  return { ...answer, json: JSON.parse(answer.body) as { error: string; message: string } };
}

async function assertNothingIsLeft(): Promise<void> {
  assert.deepEqual(await storedFiles(app), []);
  assert.deepEqual(await asOwner(app.address, 'select from platform.file'), []);
}

describe('a body that is no form is refused:', () => {
  const wrong: [string, string, string, number][] = [
    ['JSON', 'application/json', '{"data":"x"}', 415],
    ['an image', 'image/png', png, 415],
    ['a form without parts', 'application/x-www-form-urlencoded', 'data=x', 415],
    ['a form without a boundary', 'multipart/form-data', `${part(png)}--x--\r\n`, 415],
    ['a boundary that does not come', 'multipart/form-data; boundary=y', `${part(png)}--x--`, 400],
    ['nothing', form, '', 400],
    ['junk', form, 'junk'.repeat(1000), 400],
    ['a part that does not end', form, part(png), 400],
    ['a part cut off in its headers', form, '--x\r\ncontent-disposition: form-', 400],
    ['a part without a name', form, `${part(png, 'form-data')}--x--\r\n`, 400],
    ['a part called __proto__', form, `${part(png, 'form-data; name="__proto__"')}--x--\r\n`, 400],
    ['many parts', form, `${part('a', 'form-data; name="a"').repeat(50)}--x--\r\n`, 400],
    ['a long field', form, `${part('a'.repeat(100_000), 'form-data; name="a"')}--x--\r\n`, 400],
  ];
  for (const [what, type, body, status] of wrong) {
    test(what, async () => {
      const answer = await send(body, type);

      assert.equal(answer.status, status, answer.body);
      assert.match(answer.json.error, status === 415 ? /^unsupported/ : /^invalid_request$/);
      assert.ok(answer.json.message);
      await assertNothingIsLeft();
    });
  }

  test('no body and no type', async () => {
    const answer = await sendRaw(app.url, head(line, { authorization }));

    assert.equal(answer.status, 415);
    assert.match(answer.body, /multipart\/form-data/);
  });

  test('a length beyond the limit, before any of it was sent', async () => {
    const headers = { authorization, 'content-type': form, 'content-length': '1000000000' };

    const socket = createConnection(Number(new URL(app.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(head(line, headers));
    const answer = await new Promise<string>((resolve) =>
      socket.once('data', (bytes) => resolve(bytes.toString())),
    );
    socket.destroy();

    assert.match(answer, /^HTTP\/1\.1 413 /);
  });
});

test('without a key nothing is read', async () => {
  const answer = await sendRaw(app.url, head(line, { 'content-type': form }));

  assert.equal(answer.status, 401);
});

test('a client that hangs up half-way leaves nothing behind', async () => {
  const video = mp4({ width: 64, height: 64 }).toString('latin1');
  const headers = { authorization, 'content-type': form, 'content-length': '1000000' };
  const socket = createConnection(Number(new URL(app.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(Buffer.from(head(line, headers) + part(video), 'latin1'));
  await until('it is arriving', async () => (await storedFiles(app)).length > 0);

  socket.destroy();

  await until('it is gone', async () => (await storedFiles(app)).length === 0);
  await assertNothingIsLeft();
});

test('a client that hangs up between two requests does not keep the server from others', async () => {
  const sockets = Array.from({ length: 20 }, () =>
    createConnection(Number(new URL(app.url).port), '127.0.0.1').on('error', () => undefined),
  );
  const headers = { authorization, 'content-type': form, 'transfer-encoding': 'chunked' };
  for (const socket of sockets) socket.write(head(line, headers));
  for (const [at, socket] of sockets.entries()) if (at % 2) socket.destroy();

  const answer = await upload(await picture());

  assert.equal(answer.status, 200);
  for (const socket of sockets) socket.destroy();
});

test('after a refusal half-way the connection is of use for the next request', async () => {
  const text = `${part('<svg/>'.repeat(100_000))}--x--\r\n`;
  const first = head(line, {
    authorization,
    'content-type': form,
    'content-length': String(text.length),
    connection: 'keep-alive',
  });
  const second = head('GET /api/public/ping', { authorization });

  const { text: answers } = await sendRaw(app.url, first + text + second);

  assert.match(answers, /^HTTP\/1\.1 415 /);
  assert.match(answers, /HTTP\/1\.1 200 /);
});

test('whatever is changed in a file, it is taken or refused, and nothing of it is left on its way', async () => {
  const size = { width: 64, height: 48 };
  const formats = ['png', 'jpeg', 'gif', 'webp', 'avif'] as const;
  const pictures = await Promise.all(formats.map((format) => picture(format, size)));
  const video = mp4(size);
  const short = Buffer.concat([video.subarray(0, 40), video.subarray(10_028)]);
  const change = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255));
  const changed = fc
    .tuple(
      fc.constantFrom(...pictures, video, short, webm(size)),
      fc.array(change, { maxLength: 8 }),
    )
    .map(([content, changes]) => {
      const copy = Buffer.from(content);
      for (const [place, byte] of changes) copy[Math.floor(place * (copy.length - 1))] = byte;
      return copy;
    });

  await fc.assert(
    fc.asyncProperty(changed, async (content) => {
      const answer = await upload(content);

      assert.ok([200, 400, 415].includes(answer.status), answer.message);
    }),
    { numRuns: 150 },
  );

  await app.server.jobs.carryOut(drawFiles, {});
  const left = (await storedFiles(app)).filter((path) => path.includes('arriving'));
  assert.deepEqual(left, []);
});
