import type { Block, Inline, List } from './tree.ts';

/** The users that are mentioned, each once, in the order of the text. */
export function mentionsIn(blocks: readonly Block[]): string[] {
  const ids = new Set<string>();
  for (const inline of inlinesOf(blocks)) if (inline.type === 'mention') ids.add(inline.userID);
  return [...ids];
}

/** The images and videos that are embedded, each once, in the order of the text. */
export function filesIn(blocks: readonly Block[]): string[] {
  const ids = new Set<string>();
  for (const block of blocks) if (block.type === 'file') ids.add(block.fileID);
  return [...ids];
}

function* inlinesOf(blocks: readonly Block[]): Generator<Inline> {
  for (const block of blocks) {
    if (block.type === 'quote') yield* inlinesOf(block.children);
    else if (block.type === 'list') yield* inlinesOfList(block);
    else if (block.type === 'paragraph' || block.type === 'heading') yield* within(block.children);
  }
}

function* inlinesOfList(list: List): Generator<Inline> {
  for (const { children, lists } of list.items) {
    yield* within(children);
    for (const nested of lists) yield* inlinesOfList(nested);
  }
}

function* within(inlines: readonly Inline[]): Generator<Inline> {
  for (const inline of inlines) {
    yield inline;
    if ('children' in inline) yield* within(inline.children);
  }
}
