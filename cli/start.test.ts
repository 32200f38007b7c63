import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { until } from '../server/runtime/testing/until.ts';
import { freePort } from '../testing/port.ts';
import { makeDatabase } from './testing/database.ts';
import { makeFolder } from './testing/folder.ts';
import { endOf, type Outcome, root, start } from './testing/heddle.ts';

const { url: DATABASE_URL } = await makeDatabase({ after });
const data = await makeFolder({ after });

function npmStart(...args: string[]) {
  const child = start(process.execPath, [join(root, 'cli', 'start.ts'), ...args], { DATABASE_URL });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  return { child, outcome, ended: endOf(child, outcome) };
}

test('npm start takes the port and the data folder as options', async () => {
  const port = await freePort();

  const { child, outcome, ended } = npmStart('--port', String(port), '--data', data);
  await until('it answers', () => {
    assert.equal(child.exitCode, null, outcome.stderr);
    return outcome.stdout.includes('Ctrl-C');
  });
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
  child.kill('SIGTERM');
  await ended;

  assert.equal(answer.status, 200);
  assert.match(outcome.stdout, new RegExp(`Heddle answers at +http://localhost:${port}\n`));
  assert.equal(outcome.code, 0);
});

test('npm start explains its options, and refuses others', async () => {
  const help = await npmStart('--help').ended;
  const wrong = await npmStart('--prot', '4400').ended;

  assert.match(help.stdout, /^Usage: npm start -- \[options\]\n[\s\S]*--port <n>/);
  assert.match(wrong.stderr, /unknown option '--prot'[\s\S]*Did you mean --port\?/);
  assert.deepEqual([help.code, wrong.code, wrong.stdout], [0, 2, '']);
});
