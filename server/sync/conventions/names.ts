/** The name that was meant: the same one, else the only one that differs in case alone. */
export function matchName(names: readonly string[], wanted: string): string | undefined {
  if (names.includes(wanted)) return wanted;
  const alike = names.filter((name) => name.toLowerCase() === wanted.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

const nearMax = 3;
const beginningMin = 3;

/** Those that are written most like `wanted`, or go on after it, whatever their schema and case. */
export function nearest(wanted: string, names: readonly string[]): string[] {
  const bare = (name: string) => name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  const short = bare(wanted);
  const limit = Math.max(1, Math.floor(short.length / 3));
  const goesOn = (name: string) => short.length >= beginningMin && bare(name).startsWith(short);
  return names
    .map((name) => ({ name, edits: editsBetween(short, bare(name)) }))
    .filter(({ name, edits }) => edits <= limit || goesOn(name))
    .sort((a, b) => a.edits - b.edits)
    .slice(0, nearMax)
    .map(({ name }) => name);
}

/** How many letters have to be changed, added or taken away. https://en.wikipedia.org/wiki/Levenshtein_distance */
export function editsBetween(one: string, other: string): number {
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [row, letter] of [...one].entries()) {
    const now = [row + 1];
    for (let at = 0; at < other.length; at += 1) {
      const changed = (before[at] ?? 0) + (letter === other[at] ? 0 : 1);
      now.push(Math.min(changed, (before[at + 1] ?? 0) + 1, (now[at] ?? 0) + 1));
    }
    before = now;
  }
  return before.at(-1) ?? 0;
}
