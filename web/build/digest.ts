import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** Where the website stands once it is built: `index.html`, and `assets/` under hashed names. */
export const site = join(root, 'web/dist');

const sources = ['web/**/*.{ts,tsx,css,html,svg}', 'contract/**/*.ts', 'package-lock.json'];
const unbuilt = /\.test\.tsx?$|(^|\/)(testing|dist)\//;
const mark = /<meta name="build" content="(\w+)"/;

/** Changes with everything that the website is built from. */
export function digestOfSources(): string {
  const digest = createHash('sha256');
  const paths = globSync(sources, { cwd: root, exclude: ['web/dist/**'] }).sort();
  for (const path of paths) {
    if (unbuilt.test(path)) continue;
    digest.update(`${path}\0`).update(readFileSync(join(root, path)));
  }
  return digest.digest('hex').slice(0, 32);
}

/** Of the sources that the website was last built from; undefined when it was never built. */
export function digestOfSite(): string | undefined {
  try {
    return mark.exec(readFileSync(join(site, 'index.html'), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
