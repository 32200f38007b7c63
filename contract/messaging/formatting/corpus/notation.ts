import type { Block, Inline, List, ListItem } from '../tree.ts';

const signs = { bold: 'b', italic: 'i', underline: 'u', strikethrough: 's' } as const;

/**
 * A tree in one line: `p{see b{this} a<https://heddle.example>{page}⏎@{12345678901|Ann}}`. Text and
 * its marks as they are, a bare address without braces, blocks apart by a space.
 */
export function notate(blocks: readonly Block[]): string {
  return blocks.map(notateBlock).join(' ');
}

function notateBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return `p{${notateAll(block.children)}}`;
    case 'heading':
      return `h${block.level}{${notateAll(block.children)}}`;
    case 'list':
      return notateList(block);
    case 'quote':
      return `quote{${notate(block.children)}}`;
    case 'code':
      return `code${block.language && `:${block.language}`}{${block.text}}`;
    case 'file':
      return `file{${block.fileID}${block.label && `|${block.label}`}}`;
  }
}

function notateList(list: List): string {
  return `${list.ordered ? `ol${list.start}` : 'ul'}{${list.items.map(notateItem).join(' ')}}`;
}

function notateItem({ children, lists }: ListItem): string {
  return `li{${[notateAll(children), ...lists.map(notateList)].join(' ')}}`;
}

function notateAll(inlines: readonly Inline[]): string {
  return inlines.map(notateInline).join('');
}

function notateInline(inline: Inline): string {
  switch (inline.type) {
    case 'text':
      return inline.text;
    case 'code':
      return `c{${inline.text}}`;
    case 'break':
      return '⏎';
    case 'mention':
      return `@{${inline.userID}${inline.label && `|${inline.label}`}}`;
    case 'link': {
      const name = notateAll(inline.children);
      return name === inline.url ? `a<${name}>` : `a<${inline.url}>{${name}}`;
    }
    default:
      return `${signs[inline.type]}{${notateAll(inline.children)}}`;
  }
}
