import {
  type Names,
  type Place,
  parse,
  toPlainText,
} from '../../../contract/messaging/formatting/index.ts';

const lengthMax = 280;

/** The beginning of a post as one line of plain text. */
export function excerptOf(blocks: readonly string[], place: Place, names: Names): string {
  let excerpt = '';
  for (const part of blocks.flatMap((block) => parse(block, place))) {
    const text = toPlainText([part], names).replace(/\s+/g, ' ').trim();
    excerpt += text === '' || part.type !== 'heading' ? `${text} ` : `${text} – `;
    if (excerpt.length > lengthMax) break;
  }
  const text = excerpt.replace(/( –)?\s+$/, '');
  return text.length > lengthMax ? `${text.slice(0, lengthMax).trimEnd()}…` : text;
}
