import { scheduling } from './index.ts';

export const apis = [scheduling];
