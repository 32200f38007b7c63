/** The parts of an option that may hold several, and may be given several times. */
export function commaList(text: string, before: string[] = []): string[] {
  const parts = text.split(',').map((part) => part.trim());
  return [...before, ...parts.filter((part) => part !== '')];
}
