import type { Steps } from './steps.ts';

/** `<@id>`, `<@id|label>`, `<!id>` or `<!id|label>`; an id is eleven digits. */
export type Reference = { readonly id: string; readonly label: string; readonly end: number };

const head = /<[@!](\d{11})([|>])/y;

/** The reference that begins at `position` with `opener`, if there is one. */
export function readReference(
  text: string,
  position: number,
  opener: '<@' | '<!',
  steps: Steps,
): Reference | undefined {
  head.lastIndex = position;
  const found = text.startsWith(opener, position) ? head.exec(text) : null;
  if (found === null) return undefined;
  const [whole, id, delimiter] = found;
  const start = position + whole.length;
  if (delimiter === '>') return { id: id!, label: '', end: start };
  const end = labelEnd(text, start, steps);
  if (text[end] !== '>') return undefined;
  return { id: id!, label: text.slice(start, end).trim(), end: end + 1 };
}

function labelEnd(text: string, start: number, steps: Steps): number {
  let end = start;
  while (end < text.length && !/[<>\n]/.test(text[end]!)) end += 1;
  steps.count += end - start;
  return end;
}
