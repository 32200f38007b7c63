import { parseInline } from './inline.ts';
import { type ItemLine, indentOf, type Line, readLine, type Scope } from './lines.ts';
import { nestRows, type Row } from './lists.ts';
import type { Steps } from './steps.ts';
import type { Block, CodeBlock, Place, Quote } from './tree.ts';

type SingleLine = Extract<Line, { form: 'blank' | 'file' | 'heading' }>;

type Reader = {
  readonly lines: readonly Line[];
  readonly depth: number;
  readonly steps: Steps;
  at: number;
};

const quoteDepthMax = 4;

/** `parse`, counting its steps. */
export function parseBlocks(text: string, place: Place, steps: Steps): Block[] {
  const isAlone = !/[\r\n]/.test(text.trim());
  return readBlocks(text.split(/\r\n|\r|\n/), place === 'chat' || isAlone, 0, steps);
}

function readBlocks(
  sources: readonly string[],
  files: boolean,
  depth: number,
  steps: Steps,
): Block[] {
  const scope: Scope = { quotes: depth < quoteDepthMax, files };
  const lines = sources.map((source) => readLine(source, scope, steps));
  const reader: Reader = { lines, depth, steps, at: 0 };
  const blocks: Block[] = [];
  while (reader.at < lines.length) {
    for (const block of takeBlocks(reader, lines[reader.at]!)) blocks.push(block);
  }
  return blocks;
}

function takeBlocks(reader: Reader, line: Line): readonly Block[] {
  switch (line.form) {
    case 'text':
      return [takeParagraph(reader)];
    case 'item':
      return nestRows(takeRows(reader), reader.steps);
    case 'quote':
      return [isEmptyQuote(line) ? takeParagraph(reader) : takeQuote(reader)];
    case 'fence':
      return [takeCode(reader, line)];
    default:
      reader.at += 1;
      return blockOf(line, reader.steps);
  }
}

function blockOf(line: SingleLine, steps: Steps): readonly Block[] {
  if (line.form === 'blank') return [];
  if (line.form === 'file') return [line.file];
  return [{ type: 'heading', level: line.level, children: parseInline(line.content, steps) }];
}

/** Takes lines up to one that ends the paragraph. */
function takeParagraph(reader: Reader): Block {
  const sources = [reader.lines[reader.at]!.source];
  reader.at += 1;
  for (let line = next(reader); line && continues(line); line = next(reader)) {
    sources.push(line.source);
    reader.at += 1;
  }
  return { type: 'paragraph', children: parseInline(sources.join('\n'), reader.steps) };
}

// "…on the\n14. of May" is no list: within a paragraph only 1. begins one.
function continues(line: Line): boolean {
  if (line.form === 'item') return line.number !== undefined && line.number !== 1;
  return line.form === 'text' || isEmptyQuote(line);
}

function isEmptyQuote(line: Line): boolean {
  return line.form === 'quote' && line.content.trim() === '';
}

function takeQuote(reader: Reader): Quote {
  const sources: string[] = [];
  for (let line = next(reader); line?.form === 'quote'; line = next(reader)) {
    sources.push(line.content);
    reader.at += 1;
  }
  return { type: 'quote', children: readBlocks(sources, false, reader.depth + 1, reader.steps) };
}

/** Consecutive items, with or without blank lines between them. */
function takeRows(reader: Reader): Row[] {
  const rows: Row[] = [];
  for (let line = nextItem(reader); line; line = nextItem(reader)) {
    const { indent, number } = line;
    reader.at += 1;
    rows.push({ indent, number, text: [line.content, ...takeContinuation(reader)].join('\n') });
  }
  return rows;
}

function nextItem(reader: Reader): ItemLine | undefined {
  let at = reader.at;
  while (reader.lines[at]?.form === 'blank') at += 1;
  const line = reader.lines[at];
  if (line?.form !== 'item') return undefined;
  reader.at = at;
  return line;
}

function takeContinuation(reader: Reader): string[] {
  const texts: string[] = [];
  for (let line = next(reader); line?.form === 'text'; line = next(reader)) {
    if (indentOf(line.source) < 2) break;
    texts.push(line.source.trim());
    reader.at += 1;
  }
  return texts;
}

/** Up to the closing fence, which may stand behind the last line of the code, or to the end. */
function takeCode(
  reader: Reader,
  { indent, ticks, after }: Extract<Line, { form: 'fence' }>,
): CodeBlock {
  const isLanguage = /^[\p{L}\p{N}+#._-]{1,40}$/u.test(after);
  const texts = isLanguage || after === '' ? [] : [after];
  reader.at += 1;
  for (let line = next(reader); line; line = next(reader)) {
    const rest = withoutFence(line.source, ticks);
    if (rest === undefined || rest.trim() !== '') {
      texts.push(unindented(rest ?? line.source, indent));
    }
    reader.at += 1;
    if (rest !== undefined) break;
  }
  return { type: 'code', language: isLanguage ? after : '', text: texts.join('\n') };
}

/** The line before the fence that ends it, if one does. */
function withoutFence(source: string, ticks: number): string | undefined {
  const line = source.trimEnd();
  let end = line.length;
  while (line[end - 1] === '`') end -= 1;
  return line.length - end >= ticks ? line.slice(0, end) : undefined;
}

function unindented(source: string, columns: number): string {
  return source.slice(Math.min(columns, source.length - source.trimStart().length));
}

function next(reader: Reader): Line | undefined {
  return reader.lines[reader.at];
}
