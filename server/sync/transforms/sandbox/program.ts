import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Limits } from './inside/messages.ts';

const inside = join(import.meta.dirname, 'inside');
const root = join(import.meta.dirname, '../../../..');

/** What starts a process of the sandbox: it may read its own code, and nothing else at all. */
export function sandboxArguments(limits: Limits): string[] {
  return [
    '--permission',
    '--allow-addons',
    ...readable().map((path) => `--allow-fs-read=${path}`),
    '--no-node-snapshot',
    '--no-warnings',
    '--disable-sigusr1',
    '--max-old-space-size=128',
    join(realpathSync(inside), 'main.ts'),
    JSON.stringify(limits),
  ];
}

function readable(): string[] {
  const { resolve } = createRequire(import.meta.url);
  const addon = dirname(resolve('isolated-vm/package.json'));
  const loader = createRequire(join(addon, 'package.json')).resolve('node-gyp-build/package.json');
  const library = dirname(resolve('jsonata/package.json'));
  const sync = join(root, 'server/sync');
  const shared = ['values/iso.ts', 'connectors/copy-cells.ts'].map((path) => join(sync, path));
  const paths = [inside, ...shared, addon, dirname(loader), library, join(root, 'package.json')];
  // By this the loader tells which of the addon's builds it needs.
  return [...paths.map((path) => realpathSync(path)), '/etc/alpine-release'];
}
