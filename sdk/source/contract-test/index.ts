export type { RemoteExtension } from '../target.ts';
export { contractTest } from './contract-test.ts';
export type { ContractOptions, WriteOptions } from './options.ts';
