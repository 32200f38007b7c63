import { Page } from '../../ui/page.tsx';
import { LoadingLines } from '../../ui/states.tsx';

/** One chat, at a message of it. */
export function MessagePage() {
  return (
    <Page title="Chat">
      <LoadingLines />
    </Page>
  );
}
