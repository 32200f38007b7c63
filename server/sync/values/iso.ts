/** ISO 8601; what it can't say (before Christ, infinity) in the words of PostgreSQL. */
export function isoText(text: string): string {
  if (text[10] !== ' ' || text.endsWith('C')) return text;
  const rest = text.endsWith('+00') ? `${text.slice(11, -3)}Z` : text.slice(11);
  return `${text.slice(0, 10)}T${rest}`;
}
