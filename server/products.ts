import * as named from '../contract/products.ts';
import type { ProductMembers } from './platform/members/ending.ts';
import type { Product } from './platform/product.ts';

/** The folder of each product in `server/`; its `index.ts` exports the product as one value. */
const names = Object.keys(named).filter((name) => name !== 'platform');

export const products: readonly Product[] = await Promise.all(names.map(load));

async function load(name: string): Promise<Product> {
  const { product } = await import(`./${name}/index.ts`);
  return product;
}

/** What all products do about members. */
export const members: ProductMembers = {
  async welcome(...member) {
    for (const one of products) await one.members?.welcome(...member);
  },
  async dismiss(...member) {
    for (const one of products) await one.members?.dismiss(...member);
  },
};
