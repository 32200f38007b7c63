import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

let source: Promise<string> | undefined;

/** The library as text: it runs inside of isolates only, as code on behalf of others. */
export function jsonataSource(): Promise<string> {
  source ??= readFile(createRequire(import.meta.url).resolve('jsonata/jsonata.min.js'), 'utf8');
  return source;
}
