import { IconDeviceImac } from '@tabler/icons-react';
import { createRoute } from '@tanstack/react-router';
import { pages } from '../../contract/equipment/pages.ts';
import type { Area } from '../shell/area.ts';
import { inside } from '../shell/inside.ts';
import { Parts } from '../ui/parts.ts';

declare module '../routes.ts' {
  interface InsideRoutes {
    equipment: typeof routes;
  }
}

const parts = new Parts();
const layout = createRoute({ getParentRoute: () => inside, id: 'equipment' });

const devices = createRoute({
  getParentRoute: () => layout,
  path: pages.inside.devices,
  component: parts.lazy(() => import('./devices.tsx'), 'DevicesPage'),
});

const routes = layout.addChildren([devices]);

export const area: Area = {
  name: 'equipment',
  routes,
  parts,
  menu: [{ title: 'Devices', Icon: IconDeviceImac, path: pages.inside.devices }],
};
