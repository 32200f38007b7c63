import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { digestOfSite, digestOfSources, root } from './digest.ts';

/**
 * Builds the website if its sources changed since it was built; `begin` is called before that. In a
 * process of its own, since what builds takes memory that a server has no use for afterwards.
 * @throws Error when it cannot be built
 */
export async function ensureSite(begin: () => void): Promise<void> {
  if (digestOfSite() === digestOfSources()) return;
  begin();
  const child = spawn(process.execPath, [join(root, 'web/build/run.ts'), '--if-stale'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the website cannot be built (exit code ${code})`);
}
