/** In a text: somebody, or a file, by an id and with a label. */
const reference = /<([@!])\d{11}\|([^<>\n]+)>/g;

/**
 * How references read while a text is written: `@Ann Archer` and `[photo.png]` instead of ids. What is
 * kept and sent is the text with the references.
 */
export class References {
  readonly #shown = new Map<string, string>();

  constructor(text: string) {
    this.addAll(text);
  }

  /** How a reference reads from now on. */
  add(markup: string): string {
    const known = this.#shown.get(markup);
    if (known !== undefined) return known;
    const [, kind, label = ''] = new RegExp(reference.source).exec(markup) ?? [];
    const taken = new Set(this.#shown.values());
    const read = (nth: number) => shown(kind, nth === 1 ? label : `${label} ${nth}`);
    let nth = 1;
    // Two may have one name.
    while (taken.has(read(nth))) nth += 1;
    this.#shown.set(markup, read(nth));
    return read(nth);
  }

  addAll(text: string): void {
    for (const [markup] of text.matchAll(reference)) this.add(markup);
  }

  /** As it reads. */
  shorten(text: string): string {
    return text.replace(reference, (markup) => this.#shown.get(markup) ?? markup);
  }

  /** As it is sent. */
  restore(text: string): string {
    const markups = new Map([...this.#shown].map(([markup, read]) => [read, markup]));
    if (markups.size === 0) return text;
    const reads = [...markups.keys()].sort((one, other) => other.length - one.length);
    const any = reads.map((read) => escaped(read) + (read.startsWith('@') ? nameEnds : ''));
    return text.replace(new RegExp(any.join('|'), 'gu'), (read) => markups.get(read) ?? read);
  }

  /** Whether somebody who was chosen before stands at a position. */
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
