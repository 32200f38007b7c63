import { parseInline } from './inline.ts';
import type { Steps } from './steps.ts';
import type { Inline, List } from './tree.ts';

/** An item with the lines that belong to it, as it stands in the text: not nested yet. */
export type Row = { indent: number; number: number | undefined; text: string };

type Item = { children: Inline[]; lists: Draft[] };
type Draft = { type: 'list'; items: Item[] } & (
  | { ordered: true; start: number }
  | { ordered: false }
);
type Level = { indent: number; list: Draft; siblings: Draft[] };

const levelsMax = 4;
const nestingColumns = 2;

/** The lists that the rows make: another kind of item begins another list. */
export function nestRows(rows: readonly Row[], steps: Steps): List[] {
  const roots: Draft[] = [];
  const levels: Level[] = [];
  for (const row of rows) {
    const { list } = levelFor(row, levels, roots);
    list.items.push({ children: parseInline(row.text, steps), lists: [] });
  }
  return roots;
}

function levelFor(row: Row, levels: Level[], roots: Draft[]): Level {
  while (levels.length > 1 && !isDeeper(row, levels.at(-2)!)) levels.pop();
  const level = levels.at(-1);
  if (level === undefined) return enter(row, levels, roots);
  if (isDeeper(row, level) && levels.length < levelsMax) {
    return enter(row, levels, level.list.items.at(-1)!.lists);
  }
  if (level.list.ordered !== isOrdered(row)) {
    levels.pop();
    return enter(row, levels, level.siblings);
  }
  level.indent = row.indent;
  return level;
}

function isDeeper(row: Row, level: Level): boolean {
  return row.indent >= level.indent + nestingColumns;
}

function isOrdered(row: Row): boolean {
  return row.number !== undefined;
}

function enter(row: Row, levels: Level[], siblings: Draft[]): Level {
  const list: Draft =
    row.number === undefined
      ? { type: 'list', ordered: false, items: [] }
      : { type: 'list', ordered: true, start: row.number, items: [] };
  const level = { indent: row.indent, list, siblings };
  siblings.push(list);
  levels.push(level);
  return level;
}
