import type { Block, Inline, List, ListItem, Mention } from './tree.ts';

/** The names of those users that are known. */
export type Names = (userID: string) => string | undefined;

/**
 * The text without formatting, for search and mail. The markers are gone; the address of a link
 * follows its name.
 */
export function toPlainText(blocks: readonly Block[], names: Names = nobody): string {
  const parts = blocks.map((block, index) => {
    const isSecond = block.type === 'paragraph' && blocks[index - 1]?.type === 'paragraph';
    return (isSecond ? '\n' : '') + blockText(block, names);
  });
  return parts.join('\n');
}

/** How a mention is read: its label, or the user's name, or as it was written. */
export function mentionText({ userID, label }: Mention, names: Names = nobody): string {
  const name = label || names(userID);
  return name ? `@${name}` : `<@${userID}>`;
}

function nobody(): undefined {}

function blockText(block: Block, names: Names): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return inlineText(block.children, names);
    case 'list':
      return listText(block, names, '');
    case 'quote':
      return toPlainText(block.children, names);
    case 'code':
      return block.text;
    case 'file':
      return block.label || '[file]';
  }
}

function listText(list: List, names: Names, indent: string): string {
  const items = list.items.map((item, index) => {
    const bullet = list.ordered ? `${list.start + index}. ` : '• ';
    return itemText(item, names, indent, bullet);
  });
  return items.join('\n');
}

function itemText(item: ListItem, names: Names, indent: string, bullet: string): string {
  const lists = item.lists.map((list) => listText(list, names, `${indent}  `));
  return [indent + bullet + inlineText(item.children, names), ...lists].join('\n');
}

function inlineText(inlines: readonly Inline[], names: Names): string {
  return inlines.map((inline) => textOf(inline, names)).join('');
}

function textOf(inline: Inline, names: Names): string {
  switch (inline.type) {
    case 'text':
    case 'code':
      return inline.text;
    case 'break':
      return '\n';
    case 'mention':
      return mentionText(inline, names);
    case 'link': {
      const text = inlineText(inline.children, names);
      return text === inline.url ? text : `${text} (${inline.url})`;
    }
    default:
      return inlineText(inline.children, names);
  }
}
