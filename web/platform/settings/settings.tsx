import { Page } from '../../ui/page.tsx';
import { LoadingLines } from '../../ui/states.tsx';

export function SettingsPage() {
  return (
    <Page title="Settings">
      <LoadingLines />
    </Page>
  );
}
