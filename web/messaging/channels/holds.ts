/** Whether a text has the words that are looked for, whatever their case. */
export function holds(text: string, words: string): boolean {
  return text.toLocaleLowerCase().includes(words.trim().toLocaleLowerCase());
}
