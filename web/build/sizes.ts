import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from 'vite';

/** In bytes: as sent to a browser that accepts Brotli, and decompressed. */
export type Size = { sent: number; raw: number };
/** By document, what its first page loads; by area, what all of its pages add to that. */
export type Sizes = Record<string, Size>;

/** How much a browser loads, according to the manifest of a Vite build. */
export function measure(manifest: Manifest, folder: string): Sizes {
  const first = {
    outside: filesOf(manifest, ['public.html']),
    inside: filesOf(manifest, ['index.html', 'shell/shell.tsx']),
  };
  const sizes: Sizes = {
    'outside, first page': sum(first.outside, folder),
    'inside, around every page': sum(first.inside, folder),
  };
  for (const [area, entries] of areasIn(manifest)) {
    const own = filesOf(manifest, entries).difference(first.inside);
    sizes[area] = sum(own, folder);
  }
  return sizes;
}

/** As lines to print. */
export function describe(sizes: Sizes): string[] {
  return Object.entries(sizes).map(
    ([name, { sent, raw }]) =>
      `${name.padEnd(28)}${inKilobytes(sent)} sent ${inKilobytes(raw)} raw`,
  );
}

function inKilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0).padStart(5)} KB`;
}

/** By folder of `web/`, the modules that are loaded later; the shell belongs to every page. */
function areasIn(manifest: Manifest): Map<string, string[]> {
  const later = Object.entries(manifest).filter(
    ([key, { isDynamicEntry }]) => isDynamicEntry && /^(?!shell\/|ui\/)\w[\w-]*\//.test(key),
  );
  const areas = Map.groupBy(later, ([key]) => key.split('/', 1)[0] as string);
  return new Map([...areas].map(([area, chunks]) => [area, chunks.map(([key]) => key)]));
}

/** The chunks, everything that they import, and their styles. */
function filesOf(manifest: Manifest, entries: readonly string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set(entries);
  for (const key of seen) {
    const { file, css = [], imports = [] } = manifest[key] ?? missing(key);
    for (const path of [file, ...css]) files.add(path);
    for (const next of imports) seen.add(next);
  }
  return files;
}

function missing(key: string): never {
  throw new Error(`the build has no ${key}`);
}

function sum(files: Set<string>, folder: string): Size {
  const sizeOf = (ending: string) =>
    [...files].reduce((total, file) => total + statSync(join(folder, file + ending)).size, 0);
  return { sent: sizeOf('.br'), raw: sizeOf('') };
}

export function readSizes(folder: string): Sizes {
  return JSON.parse(readFileSync(join(folder, 'sizes.json'), 'utf8'));
}
