/** Systems whose tables stand in schemas, which another kind of system does not know. */
type End = { provider: string };

/**
 * The table of an object at the destination: the same name between two systems of one kind, else
 * without schema, folder and ending; files get an ending. `into` has a `*` where that name goes.
 */
export function tableFor(object: string, from: End, to: End, into?: string): string {
  const isFile = from.provider === 'files';
  const bare = isFile ? withoutEnding(lastOf(object, '/')) : lastOf(object, '.');
  if (into !== undefined) return into.replaceAll('*', bare);
  if (from.provider === to.provider) return object;
  return to.provider === 'files' ? `${bare}.csv` : bare;
}

/** Whether one of several patterns fits the name; `*` stands for any characters. */
export function isNamedBy(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => {
    const source = pattern.split('*').map(RegExp.escape).join('.*');
    return new RegExp(`^${source}$`, 'su').test(name);
  });
}

const nearMax = 3;

/** Those that are written most like `wanted`, whatever their schema and case. */
export function nearest(wanted: string, names: readonly string[]): string[] {
  const bare = (name: string) => lastOf(name, '.').toLowerCase();
  const limit = Math.max(1, Math.floor(bare(wanted).length / 3));
  return names
    .map((name) => ({ name, edits: editsBetween(bare(wanted), bare(name)) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, nearMax)
    .map(({ name }) => name);
}

/** How many letters have to be changed, added or taken away. https://en.wikipedia.org/wiki/Levenshtein_distance */
function editsBetween(one: string, other: string): number {
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

function lastOf(name: string, separator: string): string {
  return name.slice(name.lastIndexOf(separator) + 1);
}

function withoutEnding(name: string): string {
  return name.replace(/\.[^.]+$/, '');
}
