import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';
import type { Api } from '../../contract/endpoint.ts';
import { root } from './digest.ts';

const noSchemas = '\0no-schemas';

/**
 * Reduces the APIs of the contract to what a call needs: schemas and descriptions are for the
 * server and for types, and with their library they would be a fifth of the first load.
 */
export function onlyCalls(): Plugin {
  return {
    name: 'heddle-only-calls',
    enforce: 'pre',
    resolveId: (source) => (source === 'typebox' ? noSchemas : null),
    async load(id) {
      if (id === noSchemas) return 'export default new Proxy({}, { get: () => () => ({}) });';
      if (!id.startsWith(join(root, 'contract/'))) return null;
      const module: Record<string, unknown> = await import(pathToFileURL(id).href);
      const apis = Object.entries(module).filter(([, value]) => isApi(value));
      if (apis.length === 0) return null;
      // Nothing else that the file exports is for the website: importing it fails the build.
      return apis.map(([name, api]) => `export const ${name} = ${write(api as Api)};`).join('\n');
    },
  };
}

function isApi(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'endpoints' in value && 'name' in value;
}

function write({ name, endpoints }: Api): string {
  const calls = Object.entries(endpoints).map(([call, { method, path, scope, status }]) => [
    call,
    { method, path, scope, status },
  ]);
  return JSON.stringify({ name, endpoints: Object.fromEntries(calls) });
}
