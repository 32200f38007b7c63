/** A reference in a text: a user or a file, by id and with a label. */
const reference = /<([@!])\d{11}\|([^<>\n]+)>/g;

/**
 * Shows references in a readable form while a text is written: `@Ann Archer` and `[photo.png]`
 * instead of ids. The text that is kept and sent contains the references.
 */
export class References {
  readonly #shown = new Map<string, string>();

  constructor(text: string) {
    this.addAll(text);
  }

  /** Adds a reference; answers its readable form. */
  add(markup: string): string {
    const known = this.#shown.get(markup);
    if (known !== undefined) return known;
    const [, kind, label = ''] = new RegExp(reference.source).exec(markup) ?? [];
    const taken = new Set(this.#shown.values());
    const read = (nth: number) => shown(kind, nth === 1 ? label : `${label} ${nth}`);
    let nth = 1;
    // Two people may have the same name.
    while (taken.has(read(nth))) nth += 1;
    this.#shown.set(markup, read(nth));
    return read(nth);
  }

  addAll(text: string): void {
    for (const [markup] of text.matchAll(reference)) this.add(markup);
  }

  /** The text in readable form. */
  shorten(text: string): string {
    return text.replace(reference, (markup) => this.#shown.get(markup) ?? markup);
  }

  /** The text as it is sent. */
  restore(text: string): string {
    const markups = new Map([...this.#shown].map(([markup, read]) => [read, markup]));
    if (markups.size === 0) return text;
    const reads = [...markups.keys()].sort((one, other) => other.length - one.length);
    const any = reads.map((read) => escaped(read) + (read.startsWith('@') ? nameEnds : ''));
    return text.replace(new RegExp(any.join('|'), 'gu'), (read) => markups.get(read) ?? read);
  }

  /** Whether a person who was chosen before is mentioned at a position. */
  standsAt(text: string, start: number): boolean {
    return this.restore(text.slice(start)).startsWith('<@');
  }
}

/** "@Ann" is nobody in "@Anna". */
export const nameEnds = '(?![\\p{L}\\p{N}])';

function shown(kind: string | undefined, label: string): string {
  return kind === '@' ? `@${label}` : `[${label}]`;
}

export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
