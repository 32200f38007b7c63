import { Page } from '../ui/page.tsx';
import { NotFound } from '../ui/states.tsx';

/** A page of its own that says that there is none. */
export function NothingHere() {
  return (
    <Page title="Not found">
      <NotFound />
    </Page>
  );
}
