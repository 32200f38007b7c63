import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { makeTeam } from '../testing/scene.ts';
import { picture, upload } from './testing/uploads.ts';

const app = await startServer({ HEDDLE_ROLES: 'web', HEDDLE_UPLOAD_MB: '2' });
const { bot } = await makeTeam(app);
const at = { url: app.url, key: bot.key };

test('smoke', async () => {
  const content = await picture();
  const r = await upload(at, content);
  console.log(r);
  const g = await fetch(app.url + '/files/' + r.result.fileID, {
    headers: { authorization: 'Bearer ' + bot.key },
  });
  console.log(g.status, g.headers, (await g.arrayBuffer()).byteLength);
  const t = await fetch(app.url + '/files/' + r.result.fileID + '/thumbnail', {
    headers: { authorization: 'Bearer ' + bot.key },
  });
  console.log(t.status, t.headers, (await t.arrayBuffer()).byteLength);
  console.log(await upload(at, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')));
  console.log(await upload(at, Buffer.concat([content, Buffer.alloc(2.5 * 1024 * 1024)])));
  console.log(await upload(at, Buffer.alloc(0)));
  const h = await fetch(app.url + '/files/' + r.result.fileID, {
    method: 'HEAD',
    headers: { authorization: 'Bearer ' + bot.key },
  });
  console.log(h.status, h.headers);
});
