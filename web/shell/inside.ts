import { createRoute } from '@tanstack/react-router';
import { findSession } from '../platform/session.ts';
import { signInPath } from '../platform/sign-in-path.ts';
import { leaveTo, root, Starting } from '../root.tsx';
import { areaOf, enterable } from './area.ts';
import { parts } from './parts.ts';

/** The parent of all pages inside: they need a session. */
export const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: parts.lazy(() => import('./shell.tsx'), 'Shell'),
  pendingComponent: Starting,
  beforeLoad: async ({ context: { areas, queryClient }, location, matches, preload }) => {
    const { entry } = areaOf(areas, matches) ?? enterable(areas)[0] ?? {};
    void entry?.Navigation.preload()?.catch(() => undefined);
    const session = await findSession(queryClient);
    if (session) entry?.prefetch?.(queryClient);
    else if (!preload) await leaveTo(signInPath(location.href));
  },
});
