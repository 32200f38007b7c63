import { sync } from './index.ts';

export const apis = [sync];
