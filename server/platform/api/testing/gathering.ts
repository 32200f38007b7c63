import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { apis } from '../../../../contract/apis.ts';
import type { Api } from '../../../../contract/endpoint.ts';
import * as products from '../../../../contract/products.ts';
import type { TestServer } from '../../../testing/server.ts';
import { ofTokens, ofWebsite } from '../../testing/guarded.ts';
import type { Guarded } from './guarded.ts';

/**
 * Every API of this server: as its product tells in `testing/guarded.ts`, or, where that says nothing,
 * as far as its contract does.
 */
export async function gatherGuarded(app: TestServer): Promise<Guarded[]> {
  const told = (await Promise.all(Object.keys(products).map((name) => load(app, name)))).flat();
  const others = apis.filter((api) => !told.some((one) => one.api === api));
  return [...told, ...(await Promise.all(others.map((api) => guess(app, api))))];
}

async function load(app: TestServer, product: string): Promise<Guarded[]> {
  const path = join(import.meta.dirname, `../../../${product}/testing/guarded.ts`);
  if (!existsSync(path)) return [];
  const { guarded } = await import(path);
  return guarded(app);
}

function guess(app: TestServer, api: Api): Promise<Guarded> {
  return api.tokens ? ofTokens(app, api) : ofWebsite(app, api);
}
