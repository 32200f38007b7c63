import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startServer } from '../../testing/server.ts';
import { makeTeam } from '../testing/scene.ts';
import { mp4, type Uploaded } from './testing/uploads.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { bot } = await makeTeam(app);
const pieceBytes = 64 * 1024;
const pieces = 960;
const mebibyte = 1024 * 1024;
/** Between two looks at the memory: each collects what is garbage, which takes its time. */
const stepBytes = 8 * mebibyte;
const heldBytesMax = 24 * mebibyte;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What a video and many zeros take, and how much more memory there is of it while it is sent. */
async function uploadLarge() {
  const begin = mp4({ width: 64, height: 64 });
  const form = 'content-disposition: form-data; name="data"; filename="long.mp4"';
  const sending = request(`${app.url}/api/public/uploadFile`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bot.key}`,
      'content-type': 'multipart/form-data; boundary=x',
    },
  });
  const answered = new Promise<string>((resolve, reject) => {
    sending.on('error', reject);
    sending.on('response', async (response) => {
      resolve((await Array.fromAsync(response)).join(''));
    });
  });
  const zeros = Buffer.alloc(pieceBytes);
  const before = memory();
  let peak = 0;
  sending.write(`--x\r\n${form}\r\n\r\n`);
  sending.write(begin);
  for (let count = 0; count < pieces; count += 1) {
    const goesOn = sending.write(zeros);
    if ((count * pieceBytes) % stepBytes === 0) peak = Math.max(peak, memory() - before);
    if (!goesOn) await new Promise((resolve) => sending.once('drain', resolve));
  }
  sending.end('\r\n--x--\r\n');
  const { result } = JSON.parse(await answered) as { result: Uploaded };
  return { result, peak, bytes: begin.length + pieces * pieceBytes };
}

/** What is needed on the heap, and held by buffers. */
function memory(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('an upload of 60 MB is never in memory, and neither is its download', async () => {
  await uploadLarge();

  const { result, peak, bytes } = await uploadLarge();
  const response = await fetch(`${app.url}/files/${result.fileID}`, {
    headers: { authorization: `Bearer ${bot.key}` },
  });
  const before = memory();
  let received = 0;
  let growth = 0;
  for await (const piece of response.body as AsyncIterable<Uint8Array>) {
    const steps = Math.floor(received / stepBytes);
    received += piece.length;
    if (received >= (steps + 1) * stepBytes) growth = Math.max(growth, memory() - before);
  }

  assert.deepEqual([result.bytes, received], [bytes, bytes]);
  assert.ok(peak < heldBytesMax, `${Math.round(peak / mebibyte)} MB while it came`);
  assert.ok(growth < heldBytesMax, `${Math.round(growth / mebibyte)} MB while it went`);
});
