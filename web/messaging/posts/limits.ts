import { codePointLength } from '../../../contract/messaging/formatting/index.ts';
import { messageLengthMax } from '../../../contract/messaging/shapes.ts';
import { textLengthMax } from '../../../contract/messaging/website/shapes.ts';
import type { PostPlace } from './post.ts';

const shownBelow = 500;
const lengthMax = { thread: textLengthMax, chat: messageLengthMax } as const;

/** How many characters are left; undefined while there are plenty. */
export function charactersLeft(place: PostPlace, text: string): number | undefined {
  const max = lengthMax[place];
  if (text.length < max - shownBelow) return undefined;
  const left = max - codePointLength(text);
  return left < shownBelow ? left : undefined;
}
