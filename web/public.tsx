import type { AnyRoute } from '@tanstack/react-router';
import { findPage } from './pages.ts';
import { createQueryClient } from './query-client.ts';
import { root } from './root.tsx';
import { createSiteRouter } from './router.ts';
import { start } from './start.tsx';

/** The pages for everybody: each area that has some exports their `routes`. */
const found = import.meta.glob<{ routes: AnyRoute }>('./*/public.tsx', { eager: true });
const routes = root.addChildren(Object.values(found).map((area) => area.routes));

const queryClient = createQueryClient({ onSignedOut: () => undefined, onFailure: () => undefined });
start(createSiteRouter(routes, { queryClient, side: 'outside', findPage, areas: [] }), queryClient);
