import { parseBlocks } from './blocks.ts';
import type { Block, Place } from './tree.ts';

export { filesIn, mentionsIn } from './contents.ts';
export { codePointLength } from './length.ts';
export { mentionText, type Names, toPlainText } from './plain.ts';
export type * from './tree.ts';

/**
 * Reads a block of a thread, or a chat message. Never throws; what is no formatting is text. Time
 * and memory are linear in the length, the depth of the tree is bounded.
 */
export function parse(block: string, place: Place): Block[] {
  return parseBlocks(block, place, { count: 0 });
}
