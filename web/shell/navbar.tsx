import { AppShell, CloseButton, Group } from '@mantine/core';
import { CatchBoundary } from '@tanstack/react-router';
import { Suspense } from 'react';
import { RouteFailure } from '../ui/route-failure.tsx';
import { LoadingLines } from '../ui/states.tsx';
import type { EnterableArea } from './area.ts';
import { AreaList } from './area-list.tsx';
import { OrganizationMenu } from './organization-menu.tsx';
import { PersonMenu } from './person-menu.tsx';
import shell from './shell.module.css';

type NavbarProps = { area: EnterableArea | undefined; onHelp: () => void; onClose: () => void };

/** The navigation: organization, areas, the present area's own part, and the person. */
export function Navbar({ area, onHelp, onClose }: NavbarProps) {
  return (
    <>
      <AppShell.Section className={shell.top}>
        <Group gap={4} wrap="nowrap">
          <OrganizationMenu />
          <CloseButton hiddenFrom="sm" size="lg" aria-label="Close navigation" onClick={onClose} />
        </Group>
        <AreaList shown={area} />
      </AppShell.Section>
      {area ? <Places area={area} /> : <AppShell.Section grow />}
      <AppShell.Section className={shell.foot}>
        <PersonMenu onHelp={onHelp} />
      </AppShell.Section>
    </>
  );
}

/** Its code is loaded with the area's first page, and may fail to load. */
function Places({ area: { name, entry } }: { area: EnterableArea }) {
  return (
    <CatchBoundary getResetKey={() => name} errorComponent={RouteFailure}>
      <Suspense fallback={<LoadingLines label="Loading the navigation" />}>
        <entry.Navigation key={name} />
      </Suspense>
    </CatchBoundary>
  );
}
