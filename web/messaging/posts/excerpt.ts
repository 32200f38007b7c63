import { parse, toPlainText } from '../../../contract/messaging/formatting/index.ts';
import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import type { PostPlace } from './post.ts';

/**
 * The first heading, paragraph or other block as one line of plain text; empty for a deleted post.
 */
export function firstWords(
  blocks: readonly string[],
  place: PostPlace,
  users: readonly UserState[],
  lengthMax = 80,
): string {
  const name = (id: string) => users.find(({ user_id }) => user_id === id)?.name;
  for (const block of blocks) {
    for (const part of parse(block, place)) {
      const text = toPlainText([part], name).replace(/\s+/g, ' ').trim();
      if (text !== '') return shorten(text, lengthMax);
    }
  }
  return '';
}

function shorten(text: string, lengthMax: number): string {
  const letters = [...text.slice(0, lengthMax * 2)];
  return letters.length > lengthMax ? `${letters.slice(0, lengthMax).join('').trimEnd()}…` : text;
}
