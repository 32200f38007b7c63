import { Button } from '@mantine/core';
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { parse } from '../../../contract/messaging/formatting/index.ts';
import { blockElements } from './blocks.tsx';
import classes from './body.module.css';
import type { PostPlace } from './post.ts';

/** What is longer is cut off: so many characters or lines. */
const long = {
  folded: { characters: 2_500, lines: 36 },
  excerpt: { characters: 900, lines: 12 },
  whole: { characters: Number.POSITIVE_INFINITY, lines: Number.POSITIVE_INFINITY },
} as const;

type PostBodyProps = {
  blocks: readonly string[];
  place: PostPlace;
  /** `folded`: more of it is shown at the press of a button; `excerpt`: its beginning only. */
  length?: keyof typeof long;
};

/** What a post says. No HTML in between: the parsed tree becomes elements. */
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
    // What has the focus must be seen.
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
