import {
  type Names,
  type Place,
  parse,
  toPlainText,
} from '../../../contract/messaging/formatting/index.ts';

const lengthMax = 280;

/** The beginning of a post as one line of plain text. */
export function excerptOf(blocks: readonly string[], place: Place, names: Names): string {
  const parts: string[] = [];
  let length = 0;
  for (const block of blocks) {
    const text = toPlainText(parse(block, place), names).replace(/\s+/g, ' ').trim();
    parts.push(text);
    length += text.length;
    if (length > lengthMax) break;
  }
  const text = parts.join(' ');
  return text.length > lengthMax ? `${text.slice(0, lengthMax).trimEnd()}…` : text;
}
