/**
 * The products of this server, and the platform that all of them stand on. The name of each is that
 * of its folders in `contract/`, `server/`, `cli/` and `web/`: a new product is its folders and a
 * line here.
 */
export { product as messaging } from './messaging/product.ts';
export { product as platform } from './platform/product.ts';
export { product as scheduling } from './scheduling/product.ts';
export { product as sync } from './sync/product.ts';
