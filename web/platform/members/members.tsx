import { Page } from '../../ui/page.tsx';
import { LoadingLines } from '../../ui/states.tsx';

export function MembersPage() {
  return (
    <Page title="Members">
      <LoadingLines />
    </Page>
  );
}
