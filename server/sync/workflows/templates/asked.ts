import type { Filter, Literal } from '../../filters/filter.ts';
import { parseFilter } from '../../filters/parse.ts';
import { parseTemplate } from './parse.ts';
import { render, renderValue } from './render.ts';
import type { Scope } from './scope.ts';
import type { Template } from './template.ts';

/** A filter for another system, whose texts may have templates: `Email = '{{Lead.Email}}'`. */
export type FilterTemplate = {
  readonly text: string;
  readonly filter: Filter;
  readonly templates: readonly Template[];
};

/**
 * Parses it before anything is filled in: no value becomes a part of the condition.
 * @throws AppError 400 that names the character
 */
export function parseFilterTemplate(text: string, member = 'filter'): FilterTemplate {
  const filter = parseFilter(text, member);
  const templates = literalsOf(filter).flatMap(({ kind, text: written, place }) => {
    if (kind !== 'text') return [];
    // Before it stands its quote.
    return [parseTemplate(written, member, place.character)];
  });
  return { text, filter, templates };
}

/**
 * Fills in its texts; one that is a lone tag becomes NULL where there is nothing, which equals nothing.
 * `text` is the filter as it is asked, for whoever looks at the step.
 */
export function renderFilter(
  template: FilterTemplate,
  scope: Scope,
): { filter: Filter; text: string; missing: string[] } {
  const missing = new Set<string>();
  const filled = new Map<Literal, Literal>();
  const fill = (literal: Literal, isPattern: boolean): Literal => {
    if (literal.kind !== 'text') return literal;
    const lone = renderValue(literal.text, scope);
    for (const name of lone.missing) missing.add(name);
    const options = { escape: isPattern ? 'pattern' : 'none' } as const;
    const value: Literal =
      lone.value === null
        ? { ...literal, kind: 'null', text: 'NULL' }
        : { ...literal, text: render(parseTemplate(literal.text), scope, options).text };
    filled.set(literal, value);
    return value;
  };
  const filter = mapped(template.filter, fill);
  return { filter, text: textWith(template.text, filled), missing: [...missing] };
}

/** What is known of it before anything is filled in: a value that has templates may come to fit any field. */
export function withoutTemplates({ filter }: FilterTemplate): Filter {
  return mapped(filter, (literal) =>
    literal.kind === 'text' && literal.text.includes('{{')
      ? { ...literal, kind: 'null', text: 'NULL' }
      : literal,
  );
}

function textWith(text: string, filled: ReadonlyMap<Literal, Literal>): string {
  const characters = [...text];
  const byPlace = [...filled].sort(([a], [b]) => placeOf(b) - placeOf(a));
  for (const [before, after] of byPlace) {
    const length = [...written(before)].length;
    characters.splice(placeOf(before) - 1, length, written(after));
  }
  return characters.join('');
}

function placeOf({ place }: Literal): number {
  return place.character ?? 1;
}

function written({ kind, text }: Literal): string {
  return kind === 'null' ? text : `'${text.replaceAll("'", "''")}'`;
}

function literalsOf(filter: Filter): Literal[] {
  const literals: Literal[] = [];
  mapped(filter, (literal) => {
    literals.push(literal);
    return literal;
  });
  return literals;
}

type Change = (literal: Literal, isPattern: boolean) => Literal;

function mapped(filter: Filter, change: Change): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, terms: filter.terms.map((term) => mapped(term, change)) };
    case 'not':
      return { ...filter, term: mapped(filter.term, change) };
    case 'compare':
      return { ...filter, value: change(filter.value, false) };
    case 'in':
      return { ...filter, values: filter.values.map((one) => change(one, false)) };
    case 'like':
      return { ...filter, pattern: change(filter.pattern, true) };
    case 'null':
      return filter;
  }
}
