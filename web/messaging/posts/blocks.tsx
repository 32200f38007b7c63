import { createElement, Fragment, type ReactNode } from 'react';
import type { Block, List, ListItem } from '../../../contract/messaging/formatting/tree.ts';
import classes from './body.module.css';
import { CodeBlock } from './code-block.tsx';
import { FileEmbed } from './file-embed.tsx';
import { inlines } from './inline.tsx';

/** The blocks of a post as elements. Each finds out by itself in which direction it is read. */
export function blockElements(blocks: readonly Block[]): ReactNode {
  return createElement(Fragment, null, ...blocks.map(blockElement));
}

function blockElement(block: Block): ReactNode {
  switch (block.type) {
    case 'paragraph':
      return <p dir="auto">{inlines(block.children)}</p>;
    case 'heading':
      return (
        <h3 dir="auto" className={classes[`heading${block.level}`]}>
          {inlines(block.children)}
        </h3>
      );
    case 'list':
      return listElement(block);
    case 'quote':
      return <blockquote dir="auto">{blockElements(block.children)}</blockquote>;
    case 'code':
      return <CodeBlock language={block.language} text={block.text} />;
    case 'file':
      return <FileEmbed fileId={block.fileID} label={block.label} />;
  }
}

function listElement(list: List): ReactNode {
  const items = list.items.map(itemElement);
  if (!list.ordered) return createElement('ul', { dir: 'auto' }, ...items);
  return createElement('ol', { dir: 'auto', start: list.start }, ...items);
}

function itemElement({ children, lists }: ListItem): ReactNode {
  return createElement('li', { dir: 'auto' }, inlines(children), ...lists.map(listElement));
}
