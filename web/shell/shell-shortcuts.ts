import { useNavigate } from '@tanstack/react-router';
import { useShortcuts } from '../ui/shortcuts.ts';

/** The shortcuts of every page. */
export function useShellShortcuts(onHelp: () => void): void {
  const navigate = useNavigate();
  useShortcuts([
    {
      keys: 'g s',
      group: 'Everywhere',
      does: 'Settings',
      run: () => void navigate({ to: '/settings' }),
    },
    { keys: '?', group: 'Everywhere', does: 'Keyboard shortcuts', run: onHelp },
  ]);
}
