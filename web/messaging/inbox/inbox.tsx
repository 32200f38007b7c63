import { Page } from '../../ui/page.tsx';
import { LoadingLines } from '../../ui/states.tsx';

/** Mentions of the member and replies to them. */
export function InboxPage() {
  return (
    <Page title="Inbox">
      <LoadingLines />
    </Page>
  );
}
