import { useNavigate } from '@tanstack/react-router';
import { useShortcuts } from '../ui/shortcuts.ts';

/** The shortcuts of every page. */
export function useShellShortcuts(onHelp: () => void): void {
  const navigate = useNavigate();
  const search = () => void navigate({ to: '/search' });
  useShortcuts([
    { keys: '/', group: 'Everywhere', does: 'Search', run: search },
    { keys: 'mod+k', group: 'Everywhere', does: 'Search', run: search },
    { keys: 'g i', group: 'Everywhere', does: 'Inbox', run: () => void navigate({ to: '/inbox' }) },
    {
      keys: 'g s',
      group: 'Everywhere',
      does: 'Settings',
      run: () => void navigate({ to: '/settings' }),
    },
    { keys: '?', group: 'Everywhere', does: 'Keyboard shortcuts', run: onHelp },
  ]);
}
