import {
  codePointLength,
  filesIn,
  mentionsIn,
  parse,
  toPlainText,
} from '../../../contract/messaging/formatting/index.ts';
import { blockLengthMax } from '../../../contract/messaging/shapes.ts';
import { isBlank, splitText } from '../../../contract/messaging/text.ts';
import { invalid } from '../../runtime/errors.ts';

/** The content of a post, and what is extracted from it. */
export type Content = {
  blocks: string[];
  /** Plain text, for search and mail. */
  plain: string;
  mentions: number[];
  files: number[];
};

type GivenBlock = string | { text: { text: string } };

/** The content of a thread or comment. @throws AppError 400 that names the block */
export function readBlocks(given: readonly GivenBlock[]): Content {
  const blocks = given.map((block) => (typeof block === 'string' ? block : block.text.text));
  const long = blocks.findIndex((block) => codePointLength(block) > blockLengthMax);
  if (long >= 0) {
    throw invalid(`blocks.${long}`, `must have at most ${blockLengthMax} characters.`);
  }
  if (blocks.every(isBlank)) throw invalid('blocks', 'must not all be blank.');
  return contentOf(blocks, 'thread');
}

/**
 * The content of what a person writes in one go: a blank line begins a new block, but not inside
 * fenced code. @throws AppError 400
 */
export function readText(text: string): Content {
  if (isBlank(text)) throw invalid('text', 'must not be blank.');
  return contentOf(splitText(text), 'thread');
}

/** The content of a chat message. @throws AppError 400 */
export function readBody(body: string): Content {
  if (isBlank(body)) throw invalid('body', 'must not be blank.');
  return contentOf([body], 'chat');
}

function contentOf(blocks: string[], place: 'thread' | 'chat'): Content {
  const trees = blocks.map((block) => parse(block, place));
  return {
    blocks,
    plain: trees.map((tree) => toPlainText(tree)).join('\n'),
    mentions: [...new Set(trees.flatMap(mentionsIn))].map(Number),
    files: [...new Set(trees.flatMap(filesIn))].map(Number),
  };
}
