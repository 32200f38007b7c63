/** Without the blanks at its end, which a char doesn't count; in time that grows with the text only. */
export function withoutBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === ' ') end -= 1;
  return text.slice(0, end);
}
