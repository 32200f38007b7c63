import { createElement, Fragment, type ReactNode } from 'react';
import type { Block, List, ListItem } from '../../../contract/messaging/formatting/tree.ts';
import classes from './body.module.css';
import { CodeBlock } from './code-block.tsx';
import { FileEmbed } from './file-embed.tsx';
import { inlines } from './inline.tsx';

/** Each block determines its own text direction; the content of a quote inherits it. */
type Direction = 'auto' | 'inherit';

/** The blocks of a post as elements. */
export function blockElements(blocks: readonly Block[], dir: Direction = 'auto'): ReactNode {
  return createElement(Fragment, null, ...blocks.map((block) => blockElement(block, dir)));
}

function blockElement(block: Block, dir: Direction): ReactNode {
  switch (block.type) {
    case 'paragraph':
      return <p dir={attribute(dir)}>{inlines(block.children)}</p>;
    case 'heading':
      return (
        <h3 dir={attribute(dir)} className={classes[`heading${block.level}`]}>
          {inlines(block.children)}
        </h3>
      );
    case 'list':
      return listElement(block, dir);
    case 'quote':
      return (
        <blockquote dir={attribute(dir)}>{blockElements(block.children, 'inherit')}</blockquote>
      );
    case 'code':
      return <CodeBlock language={block.language} text={block.text} />;
    case 'file':
      return <FileEmbed fileId={block.fileID} label={block.label} />;
  }
}

function attribute(dir: Direction): 'auto' | undefined {
  return dir === 'auto' ? dir : undefined;
}

function listElement(list: List, dir: Direction): ReactNode {
  const items = list.items.map(itemElement);
  if (!list.ordered) return createElement('ul', { dir: attribute(dir) }, ...items);
  return createElement('ol', { dir: attribute(dir), start: list.start }, ...items);
}

function itemElement({ children, lists }: ListItem): ReactNode {
  const below = lists.map((list) => listElement(list, 'inherit'));
  return createElement('li', null, inlines(children), ...below);
}
