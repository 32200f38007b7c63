import { equipment } from './index.ts';

export const apis = [equipment];
