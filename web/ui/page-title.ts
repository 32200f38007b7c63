import { useEffect } from 'react';

/** The title of the window, for as long as a page is shown. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Heddle' : `${title} · Heddle`;
  }, [title]);
}
