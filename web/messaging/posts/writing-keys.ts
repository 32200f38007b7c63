import type { ShownShortcut } from '../../ui/shortcuts.ts';
import type { PostPlace } from './post.ts';

const group = 'While writing';

const enter: Readonly<Record<PostPlace, readonly ShownShortcut[]>> = {
  chat: [
    { keys: 'Enter', group, does: 'Send' },
    { keys: 'mod+Enter', group, does: 'Send' },
    { keys: 'shift+Enter', group, does: 'Begin a new line' },
  ],
  thread: [
    { keys: 'mod+Enter', group, does: 'Send' },
    { keys: 'Enter', group, does: 'Begin a new line' },
  ],
};

/** The shortcuts of the field of a post, for the help; the field itself handles them. */
export function writingKeys(place: PostPlace): readonly ShownShortcut[] {
  return [
    ...enter[place],
    { keys: '@', group, does: 'Mention somebody' },
    { keys: 'mod+b', group, does: 'Bold' },
    { keys: 'mod+i', group, does: 'Italic' },
    ...(place === 'chat'
      ? [{ keys: 'ArrowUp', group, does: 'Edit your last message, from an empty field' }]
      : []),
    { keys: 'Escape', group, does: 'Leave the field' },
  ];
}
