import { type AnyRoute, createRouter } from '@tanstack/react-router';
import { pages } from '../contract/platform/pages.ts';
import { signInPath } from './platform/sign-in-path.ts';
import type { RouterContext, root } from './root.tsx';
import type { InsideRoutes, OutsideRoutes } from './routes.ts';
import type { inside } from './shell/inside.ts';
import { shouldLoadAnew } from './ui/outdated.ts';
import { PendingPage } from './ui/page.tsx';
import { RouteFailure } from './ui/route-failure.tsx';

type Named<Routes> = { [Name in keyof Routes]: Routes[Name] };
type Inside = ReturnType<typeof inside.addChildren<Named<InsideRoutes>>>;
/** The routes that links may lead to: the pages of both documents. */
type EveryRoute = ReturnType<typeof root.addChildren<{ inside: Inside } & Named<OutsideRoutes>>>;

export type SiteRouter = ReturnType<typeof createSiteRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: SiteRouter;
  }
}

/** The router of one document; `routes` are those of its pages. */
export function createSiteRouter(routes: AnyRoute, context: RouterContext) {
  const router = createRouter({
    routeTree: routes as EveryRoute,
    context,
    defaultPreload: 'intent',
    defaultErrorComponent: RouteFailure,
    // After a second; and for no longer than it takes.
    defaultPendingComponent: PendingPage,
    defaultPendingMinMs: 0,
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: writeSearch,
    scrollRestoration: true,
  });
  // The files of a page are loaded while the session is checked, not after.
  router.subscribe('onBeforeLoad', ({ toLocation }) => {
    for (const route of router.getMatchedRoutes(toLocation.pathname)[0]) {
      // What fails is loaded again, and reported, when the page is shown.
      router.loadRouteChunk(route)?.catch(() => undefined);
    }
  });
  router.subscribe('onBeforeNavigate', ({ toLocation, pathChanged }) => {
    if (pathChanged && shouldLoadAnew()) location.assign(toLocation.href);
  });
  return router;
}

/** The session has ended: clears the page and the cache. */
export function vacate(router: SiteRouter): void {
  const { pathname, href } = router.state.location;
  if (pathname.startsWith(pages.outside.signIn)) return;
  document.body.hidden = true;
  location.replace(signInPath(href));
}

/** Ids of digits stay as they are: the router's own format would put them in quotes. */
function writeSearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}
