const fence = /^\s*```/;

/**
 * The blocks of what a person writes in one go: a blank line begins a new one, but not inside fenced
 * code. `joinText` turns them back into text that can be edited.
 */
export function splitText(text: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let isCode = false;
  const close = () => {
    if (lines.length > 0) blocks.push(lines.join('\n'));
    lines = [];
  };
  for (const line of text.replace(/\r\n?/g, '\n').split('\n')) {
    if (fence.test(line)) isCode = !isCode;
    if (line.trim() === '' && !isCode) close();
    else lines.push(line);
  }
  close();
  return blocks;
}

/**
 * Whether nothing of a text is visible: it has only blanks and fillers (such as the blank Braille
 * pattern), and characters that only turn or join others.
 */
export function isBlank(text: string): boolean {
  return !/[^\p{Cc}\p{Cf}\p{M}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u.test(text);
}

export function joinText(blocks: readonly string[]): string {
  return blocks.join('\n\n');
}
