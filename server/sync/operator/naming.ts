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

function lastOf(name: string, separator: string): string {
  return name.slice(name.lastIndexOf(separator) + 1);
}

function withoutEnding(name: string): string {
  return name.replace(/\.[^.]+$/, '');
}
