import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, notFound, Outlet } from '@tanstack/react-router';
import type { Side } from '../contract/pages.ts';
import type { Area } from './shell/area.ts';
import { OfflineBanner } from './ui/offline.tsx';
import { NotFound } from './ui/states.tsx';

export type RouterContext = {
  queryClient: QueryClient;
  /** The present document. */
  side: Side;
  /** Answers in which document a path is a page. */
  findPage: (path: string) => Side | undefined;
  areas: readonly Area[];
};

/** The frame of the page is not loaded yet: `.starting` of the document shows. */
export const Starting = () => null;

/** The frame of every page. */
function Root() {
  return (
    <>
      <OfflineBanner />
      <Outlet />
    </>
  );
}

export const root = createRootRouteWithContext<RouterContext>()({
  component: Root,
  pendingComponent: Starting,
  notFoundComponent: NotFound,
  beforeLoad: async ({ location, context, preload }) => {
    const side = context.findPage(location.pathname);
    if (side === undefined) throw notFound();
    if (side !== context.side && !preload) await leaveTo(location.href);
  },
});

/** Goes to a page of another document; this one does nothing more. */
export function leaveTo(href: string): Promise<never> {
  location.replace(href);
  return new Promise(() => undefined);
}
