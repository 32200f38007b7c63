import { namesInOrder } from '../contract/product.ts';
import * as named from '../contract/products.ts';
import type { Source } from './platform/feed/source.ts';
import type { ProductMembers } from './platform/members/ending.ts';
import type { AllObjects } from './platform/objects.ts';
import type { Product } from './platform/product.ts';
import type { ReleaseFiles } from './platform/uploads/jobs.ts';
import type { SealedColumn } from './runtime/secrets/secrets.ts';

/** The folder of each product in `server/`; its `index.ts` exports the product as one value. */
const names = namesInOrder(named).filter((name) => name !== 'platform');

export const products: readonly Product[] = await Promise.all(names.map(load));

/** What others read and write of each product as records. */
export const objects: AllObjects = Object.fromEntries(
  products.flatMap((one, at) => (one.objects ? [[names[at], one.objects]] : [])),
);

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

/** What all products tell those who listen. */
export const sources: readonly Source[] = products.flatMap(({ feed }) => feed ?? []);

/** The sealed values of all products. */
export const sealedColumns: readonly SealedColumn[] = products.flatMap((one) => one.sealed ?? []);

/** How all products give up files that they need no more. */
export const releases: readonly ReleaseFiles[] = products.flatMap((one) => one.releaseFiles ?? []);
