import { useActions } from '../live/actions.ts';
import { Composer } from './composer.tsx';
import { type Post, placeOf, textOf } from './post.ts';

/** Edits a post of one's own in its place. */
export function PostEditor({ post, onClose }: { post: Post; onClose: () => void }) {
  const { edit } = useActions();
  const place = placeOf(post);
  const save = async (text: string) => {
    if (text !== textOf(post)) await edit(post, text);
    onClose();
  };
  return (
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
  );
}
