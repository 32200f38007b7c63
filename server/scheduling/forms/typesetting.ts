/** The width of one character, in points. */
export type Measure = (character: string) => number;

export type Style = {
  face: 'regular' | 'bold';
  size: number;
  lineHeight: number;
  /** Space above, in points; none at the top of a page. */
  before: number;
  /** Space below, in points. */
  after?: number;
  color: string;
  /** A structure type of PDF 1.7, §14.8.4. */
  tag: 'H1' | 'H2' | 'P';
  /** Stays on the page of the lines that follow. */
  leads?: true;
  boxed?: true;
};
export type SetBlock = { style: Style; lines: string[] };
/** What of a block stands on one page, from `top` down. */
export type Piece = { block: SetBlock; top: number; bottom: number; lines: string[] };
export type Page = Piece[];

/** The lines of a text. Spaces stay at the ends of lines, so that the lines together are the text. */
export function* wrap(text: string, widthMax: number, measure: Measure): Generator<string, void> {
  for (const paragraph of text.split('\n')) yield* wrapParagraph(paragraph, widthMax, measure);
}

function* wrapParagraph(text: string, widthMax: number, measure: Measure): Generator<string, void> {
  const line = { from: 0, width: 0, breakAt: 0, widthAtBreak: 0 };
  let at = 0;
  for (const character of text) {
    const width = measure(character);
    const stays = staysOnLine(text, at, character);
    while (line.width + width > widthMax && at > line.from && !stays) {
      const end = line.breakAt > line.from ? line.breakAt : at;
      yield text.slice(line.from, end);
      line.width = end === at ? 0 : line.width - line.widthAtBreak;
      line.from = end;
    }
    at += character.length;
    line.width += width;
    if (character === ' ' || character === '-') {
      line.breakAt = at;
      line.widthAtBreak = line.width;
    }
  }
  yield text.slice(line.from);
}

/** The first space after a word hangs over the edge, and an accent stays with its letter. */
function staysOnLine(text: string, at: number, character: string): boolean {
  return (character === ' ' && text[at - 1] !== ' ') || /^\p{M}$/u.test(character);
}

/** Puts blocks on pages of this height; a page begins at 0. */
export function paginate(blocks: SetBlock[], height: number): Page[] {
  let page: Page = [];
  const pages = [page];
  let top = 0;
  const turn = () => {
    page = [];
    pages.push(page);
    top = 0;
  };
  for (const [index, block] of blocks.entries()) {
    if (top > 0 && top + heightNeeded(blocks, index) > height) turn();
    if (top > 0) top += block.style.before;
    for (let from = 0; from < block.lines.length; ) {
      const room = Math.floor((height - top) / block.style.lineHeight);
      if (room < 1 && top > 0) turn();
      const lines = block.lines.slice(from, from + Math.max(1, room));
      const bottom = top + lines.length * block.style.lineHeight;
      page.push({ block, top, bottom, lines });
      from += lines.length;
      top = bottom + (block.style.after ?? 0);
      if (from < block.lines.length) turn();
    }
  }
  return pages;
}

/** What has to fit for a block to begin here: it and what it leads, of the last of them two lines. */
function heightNeeded(blocks: SetBlock[], index: number): number {
  const block = blocks[index];
  if (!block) return 0;
  const { before, after = 0, lineHeight, leads } = block.style;
  const lines = leads ? block.lines.length : Math.min(2, block.lines.length);
  return before + lines * lineHeight + after + (leads ? heightNeeded(blocks, index + 1) : 0);
}
