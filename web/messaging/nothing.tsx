import { Page } from '../ui/page.tsx';
import { NotFound } from '../ui/states.tsx';

/** A page that says that nothing is here. */
export function NothingHere() {
  return (
    <Page title="Not found">
      <NotFound />
    </Page>
  );
}
