import { Outlet } from '@tanstack/react-router';
import { OfflineBanner } from './ui/offline.tsx';

/** What is around every page. */
export function Root() {
  return (
    <>
      <OfflineBanner />
      <Outlet />
    </>
  );
}
