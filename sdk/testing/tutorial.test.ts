import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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
after(async () => {
  for (const child of running) {
    process.kill(-child.pid!);
    await once(child, 'close');
  }
  registry.close();
  folder.remove();
});

/** Those of the tutorial may be taken on this machine; each is found when it is needed first. */
const ports = new Map<string, string>();
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
      for (const line of step.lines) assert.ok(shown.includes(line), `${line}\n${shown}`);
    } else {
      shown = await done(step, await here(step.text));
    }
  }

  const kinds = Map.groupBy(steps, ({ kind }) => kind);
  assert.deepEqual([...kinds.keys()].sort(), ['command', 'file', 'shown']);
});

async function done(step: Exclude<Step, { kind: 'shown' }>, text: string): Promise<string> {
  if (step.kind === 'command') {
    return step.isLeftRunning
      ? leaveRunning(text)
      : folder.run('bash', ['-ceu', text], environment);
  }
  folder.write(step.name, text);
  return '';
}

async function here(text: string): Promise<string> {
  for (const port of ['4700', '4701', '4800']) {
    if (text.includes(port) && !ports.has(port)) ports.set(port, String(await freePort()));
  }
  return text.replace(/\b4(?:70[01]|800)\b/g, (port) => ports.get(port) ?? port);
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
    child.once('close', () => reject(new Error(`${command}\n${said}`)));
  });
}
