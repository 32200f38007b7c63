import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, test } from 'node:test';
import { newSecret } from '../../server/sync/conventions/signing.ts';
import { freePort } from '../../testing/port.ts';
import { signatureHeaders } from '../source/index.ts';
import { AuthorFolder } from './installed.ts';

const folder = await AuthorFolder.make();
const secret = newSecret();
const port = await freePort();
const connector = (message: string) => `
  import { defineConnector } from '@heddle/extension-sdk';
  const schema = { type: 'object' };
  export default defineConnector({
    provider: 'changing', configSchema: schema, credentialsSchema: schema,
    check: () => ({ ok: true, message: '${message}' }),
    discover: () => ({ objects: [] }),
    read: () => ({ records: [] }),
  });`;
after(() => folder.remove());

test('dev serves what a file is now, through mistakes, and prints each call', async () => {
  folder.write('connector.js', connector('first'));
  const words = ['connector.js', '--port', String(port), '--secret', secret];
  const dev = spawn('npx', ['heddle-extension', 'dev', ...words], {
    cwd: folder.path,
    env: folder.env,
    detached: true,
  });
  const heard = hearing(dev);
  try {
    await heard('changing answers at');
    const first = await check();
    await heard('check: 200');
    folder.write('connector.js', 'this is no JavaScript');
    await heard('SyntaxError', 'Unexpected identifier');
    folder.write('connector.js', connector('second'));
    await heard('changing answers at');
    const second = await check();

    assert.deepEqual([first.message, second.message], ['first', 'second']);
  } finally {
    process.kill(-dev.pid!, 'SIGTERM');
    await once(dev, 'exit');
  }
});

test('dev ends when its port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port: takenPort } = taken.address() as AddressInfo;
  folder.write('connector.js', connector('third'));
  try {
    const words = ['heddle-extension', 'dev', 'connector.js', '--port', String(takenPort)];

    await assert.rejects(folder.run('npx', words), /EADDRINUSE.*not served any more/s);
  } finally {
    taken.close();
  }
});

async function check(): Promise<{ message: string }> {
  const body = JSON.stringify({ config: {}, credentials: {} });
  const headers = signatureHeaders(body, secret, 'msg_1');
  const response = await fetch(`http://127.0.0.1:${port}/check`, { method: 'POST', headers, body });
  return (await response.json()) as { message: string };
}

/** Waits for one of some texts, after what was heard before. */
function hearing(child: ChildProcess): (...texts: string[]) => Promise<void> {
  let said = '';
  let tell = () => {};
  const hear = (chunk: Buffer) => {
    said += chunk;
    tell();
  };
  child.stdout!.on('data', hear);
  child.stderr!.on('data', hear);
  return (...texts) =>
    new Promise((resolve) => {
      tell = () => {
        const at = Math.max(...texts.map((text) => said.indexOf(text)));
        if (at < 0) return;
        said = said.slice(at + 1);
        resolve();
      };
      tell();
    });
}
