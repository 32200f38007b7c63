import { Parts } from '../ui/parts.ts';

export const parts = new Parts();
