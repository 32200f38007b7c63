import { Navigate } from '@tanstack/react-router';
import { Page } from '../ui/page.tsx';
import { ErrorState, LoadingLines } from '../ui/states.tsx';
import { unreadIn, useHome } from './home.ts';

/** Where one begins: the inbox when something new is in it, else the first channel of one's own. */
export function StartPage() {
  const home = useHome();
  if (home.data) {
    const [first] = home.data.joined_channel_ids;
    if (first === undefined || unreadIn(home.data, 'inbox') > 0) {
      return <Navigate to="/inbox" replace />;
    }
    return <Navigate to="/$id" params={{ id: first }} replace />;
  }
  return (
    <Page title="">
      {home.error ? (
        <ErrorState error={home.error} retry={() => void home.refetch()} />
      ) : (
        <LoadingLines />
      )}
    </Page>
  );
}
