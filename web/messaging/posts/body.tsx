import { Button } from '@mantine/core';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { parse } from '../../../contract/messaging/formatting/index.ts';
import { blockElements } from './blocks.tsx';
import classes from './body.module.css';
import type { PostPlace } from './post.ts';

const foldedCharacters = 2_500;
const foldedLines = 36;

type PostBodyProps = {
  blocks: readonly string[];
  place: PostPlace;
  /** Never folded: for a preview, or where the page is about this one post. */
  isWhole?: boolean;
};

/** What a post says. No HTML in between: the parsed tree becomes elements. */
export const PostBody = memo(function PostBody({ blocks, place, isWhole = false }: PostBodyProps) {
  const tree = useMemo(() => blocks.flatMap((block) => parse(block, place)), [blocks, place]);
  const [isOpen, setOpen] = useState(false);
  const content = useRef<HTMLDivElement>(null);
  const isFolded = !isWhole && !isOpen && isLong(blocks);
  useEffect(() => {
    // What has the focus must be seen.
    const open = () => setOpen(true);
    const element = content.current;
    element?.addEventListener('focusin', open);
    return () => element?.removeEventListener('focusin', open);
  }, []);
  return (
    <>
      <div ref={content} className={`${classes.body} ${isFolded ? classes.folded : ''}`}>
        {blockElements(tree)}
      </div>
      {isFolded && (
        <Button variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>
          Show more
        </Button>
      )}
    </>
  );
});

function isLong(blocks: readonly string[]): boolean {
  const text = blocks.join('\n\n');
  return text.length > foldedCharacters || text.split('\n').length > foldedLines;
}
