import type { ShownShortcut } from '../../ui/shortcuts.ts';

const group = 'While writing';

/** The shortcuts of the field of a post, for the help: the field itself hears them. */
export const writingKeys: readonly ShownShortcut[] = [
  { keys: 'mod+Enter', group, does: 'Send' },
  { keys: '@', group, does: 'Mention somebody' },
  { keys: 'mod+b', group, does: 'Bold' },
  { keys: 'mod+i', group, does: 'Italic' },
  { keys: 'ArrowUp', group, does: 'Edit your last message, from an empty field' },
  { keys: 'Escape', group, does: 'Leave the field' },
];
