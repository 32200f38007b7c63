import { type Api, isForPages } from './endpoint.ts';
import { namesInOrder } from './product.ts';
import * as products from './products.ts';

/** Every API of this server: what `contract/<product>/apis.ts` exports. */
export const apis: readonly Api[] = (await Promise.all(namesInOrder(products).map(load))).flat();

async function load(name: string): Promise<readonly Api[]> {
  const { apis } = await import(`./${name}/apis.ts`);
  return apis;
}

/** The scopes that an access token can have. */
export const tokenScopes: readonly string[] = [
  ...new Set(
    apis
      .filter((api) => api.tokens)
      .flatMap((api) => Object.values(api.endpoints).map(({ scope }) => scope)),
  ),
].filter((scope) => !isForPages(scope));
