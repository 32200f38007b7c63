import { findPage } from './pages.ts';
import { checkSession } from './platform/session.ts';
import { hearSignedOut } from './platform/tabs.ts';
import { createQueryClient } from './query-client.ts';
import { root } from './root.tsx';
import { createSiteRouter, vacate } from './router.ts';
import type { Area } from './shell/area.ts';
import { inside } from './shell/inside.ts';
import { start } from './start.tsx';

/** The pages for people who are signed in. */
const found = import.meta.glob<{ area: Area }>('./*/area.tsx', { eager: true });
const areas = Object.values(found).map(({ area }) => area);
const routes = root.addChildren([inside.addChildren(areas.map((area) => area.routes))]);

const queryClient = createQueryClient({
  onSignedOut: () => vacate(router),
  onFailure: (error) => {
    void import('./ui/notify.ts').then(({ notifyFailure }) => notifyFailure(error));
  },
});
const router = createSiteRouter(routes, { queryClient, side: 'inside', findPage, areas });
hearSignedOut(
  () => vacate(router),
  () => void checkSession(queryClient),
);
start(router, queryClient);
