import { Button } from '@mantine/core';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { parse } from '../../../contract/messaging/formatting/index.ts';
import { blockElements } from './blocks.tsx';
import classes from './body.module.css';
import type { PostPlace } from './post.ts';

/** Longer posts are cut off at this many characters or lines. */
const long = {
  folded: { characters: 2_500, lines: 36 },
  excerpt: { characters: 900, lines: 12 },
  whole: { characters: Number.POSITIVE_INFINITY, lines: Number.POSITIVE_INFINITY },
} as const;

type PostBodyProps = {
  blocks: readonly string[];
  place: PostPlace;
  /** `folded`: a button shows the rest; `excerpt`: only the beginning. */
  length?: keyof typeof long;
};

/** The content of a post. No HTML in between: the parsed tree becomes elements. */
export const PostBody = memo(function PostBody({
  blocks,
  place,
  length = 'folded',
}: PostBodyProps) {
  const tree = useMemo(() => blocks.flatMap((block) => parse(block, place)), [blocks, place]);
  const [isOpen, setOpen] = useState(false);
  const content = useRef<HTMLDivElement>(null);
  const isCut = !isOpen && isLonger(blocks, long[length]);
  useEffect(() => {
    // An element with the focus must be visible.
    const open = () => setOpen(true);
    const element = content.current;
    element?.addEventListener('focusin', open);
    return () => element?.removeEventListener('focusin', open);
  }, []);
  return (
    <>
      <div ref={content} data-body className={`${classes.body} ${isCut ? classes[length] : ''}`}>
        {blockElements(tree)}
      </div>
      {isCut && length === 'folded' && (
        <Button variant="subtle" size="compact-sm" onClick={() => setOpen(true)}>
          Show more
        </Button>
      )}
    </>
  );
});

type Limit = { characters: number; lines: number };

function isLonger(blocks: readonly string[], { characters, lines }: Limit): boolean {
  const text = blocks.join('\n\n');
  return text.length > characters || text.split('\n').length > lines;
}
