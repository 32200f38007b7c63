import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useActions } from '../live/actions.ts';
import { Composer } from './composer.tsx';
import { forgetDraft, hasDraft } from './draft.ts';
import { useOwnId } from './people.ts';
import { idOf, type Post, placeOf, textOf } from './post.ts';
import { cancelUploads } from './use-uploads.ts';

const draftOf = (post: Post) => `edit ${idOf(post)}`;

/** Edits one's own post in place. */
export function PostEditor({ post, onClose }: { post: Post; onClose: () => void }) {
  const { edit } = useActions();
  const client = useQueryClient();
  const own = useOwnId();
  const place = placeOf(post);
  const box = useRef<HTMLDivElement>(null);
  // It is taller than the post: at the end of a list its buttons would not be visible.
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  const close = () => {
    forgetDraft(own, draftOf(post));
    onClose();
  };
  const save = async (text: string) => {
    if (text !== textOf(post)) await edit(post, text);
    close();
  };
  const cancel = () => {
    cancelUploads(client, draftOf(post));
    close();
  };
  return (
    <div ref={box}>
      <Composer
        place={place}
        label="Edit"
        submitLabel="Save"
        sendWith={place === 'chat' ? 'enter' : 'mod+enter'}
        draftKey={draftOf(post)}
        initialText={textOf(post)}
        autoFocus
        onSubmit={save}
        onCancel={cancel}
      />
    </div>
  );
}

/** The way back to an edit that was left unsaved. */
export function UnsavedEdit({ post, onContinue }: { post: Post; onContinue: () => void }) {
  const own = useOwnId();
  if (!hasDraft(own, draftOf(post))) return null;
  return (
    <Button size="compact-xs" variant="subtle" mt={4} onClick={onContinue}>
      Unsaved edit: continue
    </Button>
  );
}
