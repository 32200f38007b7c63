import { readReference } from './references.ts';
import type { Steps } from './steps.ts';
import type { FileEmbed } from './tree.ts';

/** One line of a block by what it begins with, in whatever context it stands. */
export type Line = { readonly source: string } & Form;

export type ItemLine = Extract<Line, { form: 'item' }>;

type Form =
  | { readonly form: 'blank' }
  | { readonly form: 'text' }
  | { readonly form: 'heading'; readonly level: 1 | 2 | 3; readonly content: string }
  | { readonly form: 'quote'; readonly content: string }
  | {
      readonly form: 'item';
      /** In columns. */
      readonly indent: number;
      /** The number that it begins with; none for a bullet. */
      readonly number: number | undefined;
      readonly content: string;
    }
  | {
      readonly form: 'fence';
      readonly indent: number;
      readonly ticks: number;
      readonly after: string;
    }
  | { readonly form: 'file'; readonly file: FileEmbed };

const heading = /^ {0,3}(#{1,3})[ \t]+(?=\S)/;
const quote = /^ {0,3}>(?:[ \t]|$)/;
const bullet = /^[ \t]*[*-][ \t]+(?=\S)/;
const number = /^[ \t]*(\d{1,9})\.[ \t]+(?=\S)/;
const fence = /^( {0,3})(`{3,})[^`]*$/;

/** Which of the forms that not every line may have are looked for. */
export type Scope = { readonly quotes: boolean; readonly files: boolean };

export function readLine(source: string, scope: Scope, steps: Steps): Line {
  steps.count += source.length + 1;
  return { source, ...formOf(source, scope, steps) };
}

/** How far the line is indented, in columns; a tab leads to the next multiple of four. */
export function indentOf(source: string): number {
  let column = 0;
  for (const character of source) {
    if (character === ' ') column += 1;
    else if (character === '\t') column += 4 - (column % 4);
    else break;
  }
  return column;
}

function formOf(source: string, { quotes, files }: Scope, steps: Steps): Form {
  if (source.trim() === '') return { form: 'blank' };
  return (
    (quotes ? quoteOf(source) : undefined) ??
    (files ? fileOf(source.trim(), steps) : undefined) ??
    headingOf(source) ??
    itemOf(source) ??
    fenceOf(source) ?? { form: 'text' }
  );
}

function quoteOf(source: string): Form | undefined {
  const found = quote.exec(source);
  return found === null ? undefined : { form: 'quote', content: source.slice(found[0].length) };
}

function fileOf(text: string, steps: Steps): Form | undefined {
  const reference = readReference(text, 0, '<!', steps);
  if (reference?.end !== text.length) return undefined;
  return { form: 'file', file: { type: 'file', fileID: reference.id, label: reference.label } };
}

function headingOf(source: string): Form | undefined {
  const found = heading.exec(source);
  if (found === null) return undefined;
  const level = found[1]!.length as 1 | 2 | 3;
  return { form: 'heading', level, content: source.slice(found[0].length).trim() };
}

// `* * *` and `- - -` are drawn lines.
function itemOf(source: string): Form | undefined {
  const found = bullet.exec(source) ?? number.exec(source);
  if (found === null || /^[-*\s]*$/.test(source)) return undefined;
  return {
    form: 'item',
    indent: indentOf(source),
    number: found[1] === undefined ? undefined : Number(found[1]),
    content: source.slice(found[0].length).trim(),
  };
}

function fenceOf(source: string): Form | undefined {
  const found = fence.exec(source);
  if (found === null) return undefined;
  const [, indent, ticks] = found;
  const after = source.slice(indent!.length + ticks!.length).trim();
  return { form: 'fence', indent: indent!.length, ticks: ticks!.length, after };
}
