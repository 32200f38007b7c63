import { useEffect, useRef } from 'react';
import { useActions } from '../live/actions.ts';
import { Composer } from './composer.tsx';
import { type Post, placeOf, textOf } from './post.ts';

/** Edits a post of one's own in its place. */
export function PostEditor({ post, onClose }: { post: Post; onClose: () => void }) {
  const { edit } = useActions();
  const place = placeOf(post);
  const box = useRef<HTMLDivElement>(null);
  // It is higher than the post was: at the end of a list its buttons would be out of sight.
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const save = async (text: string) => {
    if (text !== textOf(post)) await edit(post, text);
    onClose();
  };
  return (
    <div ref={box}>
      <Composer
        place={place}
        label="Edit"
        submitLabel="Save"
        sendWith={place === 'chat' ? 'enter' : 'mod+enter'}
        initialText={textOf(post)}
        autoFocus
        onSubmit={save}
        onCancel={onClose}
      />
    </div>
  );
}
