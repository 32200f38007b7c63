/**
 * A text as one line of at most `lengthMax` characters: control characters and line breaks become
 * spaces, so that it can neither begin a new line of a mail or calendar nor end its string.
 */
export function singleLine(text: string, lengthMax: number): string {
  const line = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= lengthMax ? line : `${characters.slice(0, lengthMax - 1).join('')}…`;
}
