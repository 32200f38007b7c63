import { Page } from '../../ui/page.tsx';
import { LoadingLines } from '../../ui/states.tsx';

/** Everything that the member may read, by words. */
export function SearchPage() {
  return (
    <Page title="Search">
      <LoadingLines />
    </Page>
  );
}
