/**
 * A position as it is kept: what a connector wrote, and `of` what it is. `sealed` holds its members
 * where the sync protects values, each by itself. `batch` counts those that are committed, from the first
 * position on that a run began with. Its member `seen` tells what was read already: it may be long,
 * and without it that comes again. `asOf` tells when it was, and makes it no other place.
 */
export type Kept = {
  readonly of?: string;
  readonly batch?: number;
  readonly sealed?: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
};

export function keptIn(position: string): Kept {
  try {
    const read: unknown = JSON.parse(position);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as Kept;
  } catch {}
  // From elsewhere it may be any text.
  return { value: position };
}

/** What is shown of it: not what was seen. */
export function showPosition(position: string | null): unknown {
  return position === null ? null : without(keptIn(position), ['seen', 'batch']);
}

export function leanPosition(position: string): string {
  return JSON.stringify(without(keptIn(position), ['seen']));
}

export function isSamePlace(one: string | null, other: string | null): boolean {
  const [a, b] = [one, other].map((position) => {
    return position === null ? null : without(keptIn(position), ['seen', 'asOf', 'batch']);
  });
  return JSON.stringify(a) === JSON.stringify(b);
}

function without(kept: Kept, names: readonly string[]): Kept {
  const { sealed, ...rest } = kept;
  const left = (members: object) =>
    Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
  return { ...left(rest), ...(sealed ? { sealed: left(sealed) as Record<string, string> } : {}) };
}
