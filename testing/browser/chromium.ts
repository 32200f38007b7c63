import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

// The first is Chromium without its own windows: half the work for the machine.
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
const remedy = 'The browser tests need Chromium or Chrome; install one (Debian: chromium).';

/** The Chromium of this machine; installed from Debian's packages when there is none and we may. */
export function ensureChromium(): string {
  return findChromium() ?? installChromium();
}

/** @throws Error when there is none */
export function chromiumPath(): string {
  const path = findChromium();
  if (path === undefined) throw new Error(remedy);
  return path;
}

function findChromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...paths, ...elsewhere].find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's package of the shell, or where there is none, the whole browser. */
function installChromium(): string {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || !isExecutable('/usr/bin/apt-get')) throw new Error(remedy);
  console.log('Installing Chromium for the browser tests…');
  try {
    aptGet('update', '-q');
    try {
      aptGet(...installing, 'chromium-headless-shell');
    } catch {
      aptGet(...installing, 'chromium');
    }
  } catch (error) {
    throw new Error(remedy, { cause: error });
  }
  return chromiumPath();
}

const installing = ['install', '-y', '-q', '--no-install-recommends', 'fonts-liberation'];

function aptGet(...given: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('apt-get', given, { env, stdio: ['ignore', 'ignore', 'inherit'] });
}
