import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Connector, checkConnector } from '../connector.ts';
import { bundle } from './bundling.ts';

/** The connector that a file exports. @throws Error that says what is wrong with it */
export async function loadConnector(file: string): Promise<Connector> {
  const path = existing(file);
  const module = isTypeScript(path) ? await importCompiled(path) : await import(urlOf(path));
  const connector = connectorOf(module);
  if (connector === undefined) {
    throw new Error(
      `${file} exports no connector: end it with \`export default defineConnector({ … })\`.`,
    );
  }
  checkConnector(connector);
  return connector;
}

/** Also of CommonJS, where the exports are the default. */
function connectorOf(module: { default?: unknown }): unknown {
  const outer = module.default as { default?: unknown } | undefined;
  return outer?.default ?? outer;
}

/** Makes JavaScript of a file, where Node finds the packages that it imports; `remove` it again. */
export async function compile(path: string): Promise<{ file: string; remove(): void }> {
  const folder = join(packageFolder(path), 'node_modules/.cache/heddle-extension');
  mkdirSync(folder, { recursive: true });
  const name = basename(path).replace(/\.[cm]?tsx?$/, '');
  const file = join(folder, `${name}-${process.pid}-${Date.now()}.mjs`);
  const { code } = await bundle(path, { format: 'esm', keepsPackages: true, mappedAt: file });
  writeFileSync(file, code);
  return { file, remove: () => rmSync(file, { force: true }) };
}

export function isTypeScript(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path);
}

/** @throws Error when it is not there */
export function existing(file: string): string {
  const path = resolve(file);
  if (!existsSync(path)) throw new Error(`There is no file ${file}.`);
  return path;
}

/** Where the package of a file begins. */
export function packageFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) return dirname(path);
    folder = dirname(folder);
  }
  return folder;
}

async function importCompiled(path: string): Promise<{ default?: unknown }> {
  process.setSourceMapsEnabled(true);
  const { file, remove } = await compile(path);
  try {
    return await import(urlOf(file));
  } finally {
    remove();
  }
}

function urlOf(path: string): string {
  return pathToFileURL(path).href;
}
