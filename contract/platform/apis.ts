import { platform } from './index.ts';

export const apis = [platform];
