import type { ProductObjects } from '../../platform/objects.ts';
import { answersTo } from './answers.ts';
import { bots } from './bots.ts';
import { channels } from './channels.ts';
import { comments, messages, threads } from './posts.ts';

export const objects: ProductObjects = {
  ...bots,
  answersTo,
  objects: [channels, comments, messages, threads],
};
