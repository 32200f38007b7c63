import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, test } from 'node:test';
import { makeSyncScene } from '../../server/sync/testing/scene.ts';
import { startServer } from '../../server/testing/server.ts';
import { freePort } from '../../testing/port.ts';
import { AuthorFolder } from './installed.ts';
import { openRegistry } from './registry.ts';
import { readTutorial, type Step } from './tutorial.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { token } = await makeSyncScene(app);
const registry = await openRegistry();
const { folder, tarball } = await AuthorFolder.begin();
const running: ChildProcess[] = [];
after(() => {
  for (const { pid } of running) process.kill(-pid!);
  registry.close();
  folder.remove();
});

/** The addresses of the tutorial may be taken on this machine. */
const ports = { '4700': String(await freePort()), '4800': String(await freePort()) };
const environment = {
  SDK: tarball,
  HEDDLE: app.url,
  HEDDLE_KEY: token,
  npm_config_registry: registry.url,
  npm_config_audit: 'false',
};

test('everything in the tutorial is as it says, from an empty folder to a server', async () => {
  const steps = readTutorial();
  let shown = '';

  for (const step of steps) {
    if (step.kind === 'shown') {
      for (const line of step.lines.map(here)) assert.ok(shown.includes(line), `${line}\n${shown}`);
    } else {
      shown = await done(step);
    }
  }

  const kinds = Map.groupBy(steps, ({ kind }) => kind);
  assert.deepEqual([...kinds.keys()].sort(), ['command', 'file', 'shown']);
});

async function done(step: Exclude<Step, { kind: 'shown' }>): Promise<string> {
  if (step.kind === 'file') {
    folder.write(step.name, here(step.text));
    return '';
  }
  if (step.isLeftRunning) return leaveRunning(here(step.text));
  return folder.run('bash', ['-ceu', here(step.text)], environment);
}

function here(text: string): string {
  return text.replace(/\b4[78]00\b/g, (port) => ports[port as keyof typeof ports]);
}

/** Until it says where it answers. */
function leaveRunning(command: string): Promise<string> {
  const child = spawn('bash', ['-ceu', command], {
    cwd: folder.path,
    env: { ...folder.env, ...environment },
    detached: true,
  });
  running.push(child);
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (said.includes(' answers at ')) resolve(said);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`${command}\n${said}`)));
  });
}
