import { Page } from '../../ui/page.tsx';
import { LoadingLines } from '../../ui/states.tsx';

export function OrganizationPage() {
  return (
    <Page title="Organization">
      <LoadingLines />
    </Page>
  );
}
