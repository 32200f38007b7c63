import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { build, type InlineConfig } from 'vite';
import { onlyCalls } from './calls.ts';
import { chunkGroups } from './chunks.ts';
import { digestOfSources, root, site } from './digest.ts';
import { describe, measure } from './sizes.ts';
import { stylesOfComponents } from './styles.ts';

/** In the order in which they are put in place: the last one says that the build is there. */
const documents = ['public.html', 'index.html'];
const keptMilliseconds = 7 * 24 * 60 * 60 * 1000;
const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/**
 * Builds the website. Several builds at once, and servers that go on serving, do no harm to each
 * other: the names of assets tell their content, and the page that names them comes last.
 */
export async function buildSite(): Promise<void> {
  const digest = digestOfSources();
  const folder = join(site, `.building-${randomBytes(6).toString('hex')}`);
  try {
    await build(settingsFor(folder));
    await publish(folder, digest);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function settingsFor(outDir: string): InlineConfig {
  return {
    configFile: false,
    envDir: false,
    root: join(root, 'web'),
    cacheDir: join(root, 'node_modules/.cache/heddle-web'),
    logLevel: 'warn',
    clearScreen: false,
    plugins: [onlyCalls(), stylesOfComponents(), react()],
    build: {
      outDir,
      emptyOutDir: true,
      manifest: true,
      target: 'es2023',
      sourcemap: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 700,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: documents.map((name) => join(root, 'web', name)),
        treeshake: { manualPureFunctions: ['Type', 'endpoint'] },
        output: { codeSplitting: { groups: chunkGroups() } },
      },
    },
  };
}

async function publish(folder: string, digest: string): Promise<void> {
  const assets = join(site, 'assets');
  await mkdir(assets, { recursive: true });
  const names = await readdir(join(folder, 'assets'));
  for (const name of names) await publishAsset(join(folder, 'assets', name), join(assets, name));
  await publishSizes(folder);
  for (const name of documents) await publishDocument(join(folder, name), join(site, name), digest);
  await removeOld(assets);
}

/** What browsers will load, for the log of the build and for the test that limits it. */
async function publishSizes(folder: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8'));
  const sizes = measure(manifest, site);
  await writeFile(join(folder, 'sizes.json'), JSON.stringify(sizes, null, 2));
  await rename(join(folder, 'sizes.json'), join(site, 'sizes.json'));
  for (const line of describe(sizes)) console.log(line);
}

/** With a mark that names the build. */
async function publishDocument(from: string, to: string, digest: string): Promise<void> {
  const page = await readFile(from, 'utf8');
  const marked = page.replace('<title>', `<meta name="build" content="${digest}" />\n    <title>`);
  await writeFile(`${from}.marked`, marked);
  await rename(`${from}.marked`, to);
}

/** With compressed versions for clients that accept them. */
async function publishAsset(from: string, to: string): Promise<void> {
  const content = await readFile(from);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 10 };
  await writeFile(`${from}.br`, await brotli(content, { params }));
  await writeFile(`${from}.gz`, await zip(content, { level: 9 }));
  for (const ending of ['.br', '.gz', '']) await rename(from + ending, to + ending);
}

/** Pages that are open still ask for what an earlier build made; a killed build leaves its folder. */
async function removeOld(assets: string): Promise<void> {
  for (const entry of await readdir(site, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    const isOurs = path.startsWith(assets) || entry.name.startsWith('.building-');
    if (isOurs && (await ageOf(path)) > keptMilliseconds) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

/** In milliseconds; another build may remove the file at this moment. */
async function ageOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
}
