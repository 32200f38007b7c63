import { useEffect } from 'react';

/** Sets the title of the window while a page is shown. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Heddle' : `${title} · Heddle`;
  }, [title]);
}
