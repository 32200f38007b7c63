import { Page } from '../ui/page.tsx';
import { LoadingLines } from '../ui/states.tsx';

/** What an id in a URL names: a channel, thread or comment; with `?messageID=` a chat. */
export function NamedPage() {
  return (
    <Page title="Thread">
      <LoadingLines />
    </Page>
  );
}
