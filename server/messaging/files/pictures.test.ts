import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { startServer } from '../../testing/server.ts';
import { makeTeam } from '../testing/scene.ts';
import { picture, thumbnailOf, uploaderOf } from './testing/uploads.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { bot } = await makeTeam(app);
const upload = uploaderOf(app, bot.key);

async function drawn(fileID: string) {
  const { status, content } = await thumbnailOf(app, bot.key, fileID);
  assert.equal(status, 200);
  return sharp(content).metadata();
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** A few bytes that unpack to as many pixels as they say. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.from('00000000000000000100000000', 'hex');
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from('789c6360000000020001', 'hex')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('a photo is measured and drawn upright, and its thumbnail tells nothing of where it was taken', async () => {
  const lying = await sharp(await picture('jpeg', { width: 200, height: 100 }))
    .withExif({
      IFD0: { Artist: 'Dr. Ada Alpha' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '41/1 52/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .toBuffer();

  const { result } = await upload(lying, { name: 'photo.jpg' });

  const { width, height, exif, icc, xmp, orientation } = await drawn(result.fileID);
  assert.deepEqual([result.width, result.height], [100, 200]);
  assert.deepEqual([width, height], [100, 200]);
  assert.deepEqual([exif, xmp, orientation], [undefined, undefined, undefined]);
  assert.equal(icc, undefined);
});

test('of an animation the thumbnail is the first frame', async () => {
  const size = { width: 20, height: 20 };
  const formats = ['png', 'gif', 'webp'] as const;
  const frames = await Promise.all(formats.map((format) => picture(format, size)));
  const animation = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();

  const { result } = await upload(animation, { name: 'spin.gif' });

  const { pages, width, height } = await drawn(result.fileID);
  assert.deepEqual([result.mimeType, result.width, result.height], ['image/gif', 20, 20]);
  assert.deepEqual([pages, width, height], [undefined, 20, 20]);
});

test('a very long image has a thumbnail, too', async () => {
  const { result } = await upload(await picture('png', { width: 3, height: 30_000 }));

  const { width, height } = await drawn(result.fileID);
  assert.deepEqual([result.width, result.height], [3, 30_000]);
  assert.deepEqual([width, height], [1, 2_000]);
});

test('an image that unpacks to more than 50 megapixels is refused', async () => {
  for (const [width, height] of [
    [60_000, 60_000],
    [7_072, 7_071],
    [1_000_000, 51],
  ] as const) {
    const answer = await upload(bomb(width, height));

    assert.equal(answer.status, 400);
    assert.match(answer.message, /^data: must have at most 50 megapixels/);
  }
});

test('an image that is longer than any camera makes one is refused before it is drawn', async () => {
  const answer = await upload(bomb(1, 49_000_000));

  assert.equal(answer.status, 400);
  assert.match(answer.message, /^data: must be at most 65,535 pixels wide and high/);
});

test('an image with a broken end is shown as far as it goes, one without a size is refused', async () => {
  const noise = await sharp({
    create: {
      width: 300,
      height: 300,
      channels: 3,
      background: 'white',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .jpeg()
    .toBuffer();

  const cut = await upload(noise.subarray(0, noise.length / 2));
  const empty = await upload(noise.subarray(0, 20));

  assert.equal(cut.status, 200);
  assert.equal(empty.status, 400);
});

test('many images at once all get their thumbnails', async () => {
  const large = await picture('jpeg', { width: 3_000, height: 2_000 });

  const answers = await Promise.all(Array.from({ length: 12 }, () => upload(large)));

  assert.ok(answers.every(({ status }) => status === 200));
  for (const { result } of answers) {
    assert.equal((await drawn(result.fileID)).width, 1_000);
  }
});

test('images that cannot be read leave the turns of the others alone', async () => {
  const fine = await picture();
  const broken = fine.subarray(0, 20);

  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, at) => upload(at % 3 === 0 ? fine : broken)),
  );

  assert.deepEqual(
    answers.map(({ status }) => status),
    Array.from({ length: 12 }, (_, at) => (at % 3 === 0 ? 200 : 400)),
  );
});
