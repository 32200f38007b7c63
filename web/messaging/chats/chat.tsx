import { Page } from '../../ui/page.tsx';
import { LoadingLines } from '../../ui/states.tsx';

/** One chat, at its end. */
export function ChatPage() {
  return (
    <Page title="Chat">
      <LoadingLines />
    </Page>
  );
}
