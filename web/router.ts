import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { pages } from '../contract/pages.ts';
import { routeTree } from './routes.tsx';
import { shouldLoadAnew } from './ui/outdated.ts';
import { PendingPage } from './ui/page.tsx';
import { loadAllParts } from './ui/parts.ts';
import { RouteFailure } from './ui/route-failure.tsx';

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createWebsiteRouter>;
  }
}

export function createWebsiteRouter(queryClient: QueryClient) {
  const router = createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: RouteFailure,
    // After a second; and not a moment longer than it takes.
    defaultPendingComponent: PendingPage,
    defaultPendingMinMs: 0,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: writeSearch,
    scrollRestoration: true,
  });
  // The files of a page come while it is asked who is there, not after.
  router.subscribe('onBeforeLoad', ({ toLocation }) => {
    for (const route of router.getMatchedRoutes(toLocation.pathname)[0]) {
      // What fails is asked for again, and said, when the page is shown.
      router.loadRouteChunk(route)?.catch(() => undefined);
    }
  });
  router.subscribe('onBeforeNavigate', ({ toLocation, pathChanged }) => {
    if (pathChanged && shouldLoadAnew()) location.assign(toLocation.href);
  });
  const stop = router.subscribe('onRendered', () => {
    stop();
    void loadAllParts();
  });
  return router;
}

/** A session has ended: what was asked for is shown after the next sign-in. */
export function leaveToSignIn(router: ReturnType<typeof createWebsiteRouter>): void {
  const { pathname, href } = router.state.location;
  if (pathname.startsWith(pages.signIn)) return;
  router.options.context.queryClient.clear();
  void router.navigate({ to: pages.signIn, search: { return: href } });
}

/** As when a session has ended, and nothing stays: neither on the page nor in its memory. */
export function vacate(router: ReturnType<typeof createWebsiteRouter>): void {
  const { pathname, href } = router.state.location;
  if (pathname.startsWith(pages.signIn)) return;
  document.body.hidden = true;
  location.replace(`${pages.signIn}?${new URLSearchParams({ return: href })}`);
}

/** Ids of digits stay as they are: the router's own form would put them in quotes. */
function writeSearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
