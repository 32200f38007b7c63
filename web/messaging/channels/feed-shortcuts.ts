import type { RefObject } from 'react';
import { useShortcuts } from '../../ui/shortcuts.ts';
import type { ComposerHandle } from '../posts/composer.tsx';
import { focusedPost, stepPosts } from '../posts/post-keys.ts';

/** The shortcuts of a channel; Enter opens what has the focus. */
export function useFeedShortcuts(
  scroller: RefObject<HTMLElement | null>,
  composer: RefObject<ComposerHandle | null>,
): void {
  const group = 'Channel';
  const press = (selector: string) => {
    const post = scroller.current?.querySelector(`[data-post="${focusedPost()}"]`);
    post?.querySelector<HTMLElement>(selector)?.click();
  };
  useShortcuts([
    { keys: 'c', group, does: 'New thread', run: () => composer.current?.focus() },
    { keys: 'j', group, does: 'Next thread', run: () => stepPosts(scroller.current, 1) },
    { keys: 'k', group, does: 'Previous thread', run: () => stepPosts(scroller.current, -1) },
    { keys: 'o', group, does: 'Open the thread', run: () => press('a[data-open]') },
    { keys: 'r', group, does: 'Answer the thread', run: () => press('[aria-label="Reply"]') },
  ]);
}
