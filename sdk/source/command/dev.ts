import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { existing, packageFolder } from './loading.ts';
import { objectOf, onlyFile } from './words.ts';

const settleMilliseconds = 150;
/** What is written beside it (an answer of the server, a log) changes nothing. */
const code = /\.[cm]?[jt]sx?$/;

/** `heddle-extension dev FILE`: serves it in a process of its own, which every change replaces. */
export async function dev(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '4700' },
      host: { type: 'string', default: '127.0.0.1' },
      secret: { type: 'string' },
    },
  });
  const file = existing(onlyFile(positionals, 'dev'));
  const secret = secretOf(values.secret) ?? `whsec_${randomBytes(32).toString('base64')}`;
  if (values.secret === undefined) {
    console.log(`The secret of this run is ${secret}; --secret takes that of a registration.`);
  }
  await serveUntilEnded(packageFolder(file), () => start([file, values.port, values.host], secret));
}

/** Of a file it is the member `secret`, so that no other user of the machine sees it. @throws Error */
function secretOf(given: string | undefined): string | undefined {
  if (given === undefined || given.startsWith('whsec_')) return given;
  const { secret } = objectOf(given, 'secret');
  if (typeof secret === 'string') return secret;
  throw new Error('--secret must be whsec_…, or a file with the answer to the registration.');
}

/** @throws Error when it cannot go on whatever is changed: its port is taken */
async function serveUntilEnded(folder: string, begin: () => ChildProcess): Promise<void> {
  let child = begin();
  let isOver = false;
  let stop = (_error?: Error): void => undefined;
  const stopped = new Promise<void>((resolve, reject) => {
    stop = (error) => (error === undefined ? resolve() : reject(error));
  });
  const watchEnd = () =>
    child.once('exit', (code) => {
      if (code) stop(new Error('The connector is not served any more.'));
    });
  watchEnd();
  const watcher = watchFolder(folder, async () => {
    console.log('Changed: beginning anew.');
    await end(child);
    if (isOver) return;
    child = begin();
    watchEnd();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop());
  try {
    await stopped;
  } finally {
    isOver = true;
    watcher.close();
    await end(child);
  }
}

/** The secret is no argument: those are seen by everybody on the machine. */
function start(words: string[], secret: string): ChildProcess {
  const script = fileURLToPath(new URL(`./serving${extension()}`, import.meta.url));
  const child = fork(script, words, { stdio: 'inherit' });
  child.send({ secret });
  return child;
}

function extension(): string {
  return import.meta.url.endsWith('.ts') ? '.ts' : '.js';
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}

/** Several changes at once are one. */
function watchFolder(folder: string, changed: () => Promise<void>): FSWatcher {
  let waiting: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  return watch(folder, { recursive: true }, (_event, name) => {
    if (name === null || !code.test(name) || name.split(sep).some(isNotOurs)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      last = last.then(changed);
    }, settleMilliseconds);
  });
}

function isNotOurs(part: string): boolean {
  return part.startsWith('.') || part === 'node_modules' || part === 'dist';
}
