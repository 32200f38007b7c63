import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { drawFiles } from '../../platform/uploads/jobs.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { makeTeam } from '../testing/scene.ts';
import { formOf, mp4, picture, storedFiles, uploaderOf, webm } from './testing/uploads.ts';

const app = await startServer({ HEDDLE_ROLES: 'web', HEDDLE_UPLOAD_MB: '2' });
const { bot } = await makeTeam(app);
const upload = uploaderOf(app, bot.key);
const size = { width: 40, height: 30 };
const tiff = await picture('tiff');

/** Nothing but what was there before is in the store, on its way, or in the database. */
async function leavesNothing(work: () => Promise<unknown>): Promise<void> {
  const count = async () => {
    const rows = await asOwner(app.address, 'select from platform.file');
    return { rows: rows.length, files: (await storedFiles(app)).length };
  };
  // Thumbnails of what came before are on their way.
  await app.server.jobs.carryOut(drawFiles, {});
  const before = await count();
  await work();
  assert.deepEqual(await count(), before);
}

describe('an upload is taken by its bytes:', () => {
  for (const format of ['jpeg', 'png', 'gif', 'webp', 'avif'] as const) {
    test(`an image/${format}, whatever name and type the client gives it`, async () => {
      const content = await picture(format, size);

      const answer = await upload(content, { name: 'page.html', type: 'text/html' });

      const { fileID, fileURL, ...rest } = answer.result;
      assert.equal(answer.status, 200);
      assert.match(fileID, /^[1-9]\d{10}$/);
      assert.equal(fileURL, `${app.server.platform.config.publicUrl}/files/${fileID}`);
      assert.deepEqual(rest, { mimeType: `image/${format}`, bytes: content.length, ...size });
    });
  }

  const videos: [string, Buffer, string, object][] = [
    ['an MP4', mp4({ width: 640, height: 360 }), 'video/mp4', { width: 640, height: 360 }],
    [
      'an MP4 on its side',
      mp4({ width: 640, height: 360 }, { turned: true }),
      'video/mp4',
      { width: 360, height: 640 },
    ],
    ['a WebM', webm({ width: 320, height: 240 }), 'video/webm', { width: 320, height: 240 }],
    [
      'an MP4 that is cut off',
      mp4({ width: 640, height: 360 }).subarray(0, 5_000),
      'video/mp4',
      { width: null, height: null },
    ],
  ];
  for (const [what, content, mimeType, pixels] of videos) {
    test(what, async () => {
      const answer = await upload(content, { name: 'a.png', type: 'image/png' });

      const { fileID: _, fileURL: __, ...rest } = answer.result;
      assert.deepEqual(rest, { mimeType, bytes: content.length, ...pixels });
    });
  }

  const refused: [string, string | Buffer][] = [
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['SVG with a declaration', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['HTML', '<!doctype html><script>alert(1)</script>'],
    ['text', 'image/png'],
    ['a PDF', '%PDF-1.7\n'],
    ['a ZIP', Buffer.from('504b0304140000000000', 'hex')],
    ['an ELF', Buffer.from('7f454c4602010100', 'hex')],
    ['a sound', Buffer.from('fff344c4', 'hex')],
    ['a TIFF', tiff],
  ];
  for (const [what, content] of refused) {
    test(`${what} is a 415, though it is called an image`, async () => {
      await leavesNothing(async () => {
        const answer = await upload(Buffer.from(content), { name: 'a.png', type: 'image/png' });

        assert.equal(answer.status, 415);
        assert.equal(answer.error, 'unsupported_media_type');
        assert.match(answer.message, /images .* and videos/);
      });
    });
  }
});

describe('an upload is refused, and nothing of it stays:', () => {
  test('when it is empty', async () => {
    await leavesNothing(async () => {
      const answer = await upload(Buffer.alloc(0));

      assert.equal(answer.status, 400);
      assert.match(answer.message, /^data: must not be empty/);
    });
  });

  test('without a part of the name', async () => {
    await leavesNothing(async () => {
      const answer = await upload(await picture(), { field: 'file' });

      assert.equal(answer.status, 400);
      assert.match(answer.message, /^data: must be the name of the part/);
    });
  });

  test('with an empty form', async () => {
    const answer = await upload(new FormData());

    assert.equal(answer.status, 400);
  });

  test('with a second file, though the first was fine', async () => {
    const form = formOf(await picture());
    form.append('data', new Blob([Uint8Array.from(await picture())]), 'b.png');

    await leavesNothing(async () => {
      const answer = await upload(form);

      assert.equal(answer.status, 400);
      assert.match(answer.message, /only file/);
    });
  });

  test('when it is larger than the limit by one byte, and taken at the limit', async () => {
    const limit = 2 * 1024 * 1024;
    const video = Buffer.concat([mp4(size), Buffer.alloc(limit + 1)]);

    await leavesNothing(async () => {
      const answer = await upload(video.subarray(0, limit + 1));

      assert.equal(answer.status, 413);
      assert.equal(answer.error, 'payload_too_large');
      assert.match(answer.message, /2097152 bytes/);
    });
    const fits = await upload(video.subarray(0, limit));
    assert.equal(fits.status, 200);
    assert.equal(fits.result.bytes, limit);
  });

  test('when it begins like an image and is none', async () => {
    const content = (await picture()).subarray(0, 20);

    await leavesNothing(async () => {
      const answer = await upload(content);

      assert.equal(answer.status, 400);
      assert.match(answer.message, /cannot be read/);
    });
  });
});

test('other fields of the form are passed over', async () => {
  const form = new FormData();
  form.append('title', 'A picture');
  form.append('data', new Blob([Uint8Array.from(await picture())]), 'a.png');
  form.append('token', 'x');

  const answer = await upload(form);

  assert.equal(answer.status, 200);
});

test('a part without a file name is a file all the same', async () => {
  const content = (await picture()).toString('latin1');
  const body = `--x\r\ncontent-disposition: form-data; name="data"\r\n\r\n${content}\r\n--x--\r\n`;
  const response = await fetch(`${app.url}/api/public/uploadFile`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${bot.key}`,
      'content-type': 'multipart/form-data; boundary=x',
    },
    body: Buffer.from(body, 'latin1'),
  });

  assert.equal(response.status, 200);
});

test('what is stored is readable by nobody else on the machine', async () => {
  await upload(await picture());

  const modes = new Set<string>();
  for (const path of await storedFiles(app)) {
    for (const one of [path, dirname(path)]) {
      // What an upload of another test wrote may be gone by now.
      const found = await stat(one).catch(() => undefined);
      if (found) modes.add((found.mode & 0o777).toString(8));
    }
  }

  assert.deepEqual([...modes].sort(), ['600', '700']);
});

test('an upload is written into the audit log', async () => {
  const { result } = await upload(await picture());

  const rows = await asOwner(app.address, 'select action from platform.audit where subject = $1', [
    result.fileID,
  ]);

  assert.deepEqual(rows, [{ action: 'file.upload' }]);
});
