/** A name as the engine stores it, which tells no letters apart by their case as Snowflake does. */
export function mangled(name: string): string {
  return name.replace(/~|\p{Ll}/gu, (one) => `~${one.toUpperCase()}`);
}

export function unmangled(name: string): string {
  return name.replace(/~(.)/gsu, (_, one: string) => (one === '~' ? one : one.toLowerCase()));
}

export function quoted(name: string): string {
  return `"${mangled(name).replaceAll('"', '""')}"`;
}
