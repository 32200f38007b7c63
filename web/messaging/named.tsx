import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Navigate } from '@tanstack/react-router';
import { pages } from '../../contract/messaging/pages.ts';
import { ApiError } from '../api.ts';
import { Page } from '../ui/page.tsx';
import { ErrorState, LoadingLines } from '../ui/states.tsx';
import type { messaging } from './api.ts';
import { ChannelPage } from './channels/channel.tsx';
import { ChatRoom } from './chats/chat-room.tsx';
import { useHome } from './live/home.ts';
import { threadListsKey } from './live/threads.ts';
import type { ThreadWindow } from './live/windows.ts';
import { nameQuery } from './name.ts';
import { NothingHere } from './nothing.tsx';
import { ProfilePage } from './people/profile.tsx';
import { ThreadPage } from './threads/thread.tsx';

const route = getRouteApi('/inside/messaging/$id');

/** What an id in a URL names: a channel, thread, comment, user or chat. */
export function NamedPage() {
  const { id } = route.useParams();
  const { messageID } = route.useSearch();
  if (messageID !== undefined && isUuid(id)) {
    // An id that names nothing has no URL of its own: the page of the chat says so.
    if (!isUuid(messageID)) return <ChatRoom key={id} chatId={id} messageId="" />;
    const params = { chatId: id, messageId: messageID };
    return <Navigate to="/$chatId/$messageId" params={params} replace />;
  }
  return <Named key={id} id={id} />;
}

function Named({ id }: { id: string }) {
  const client = useQueryClient();
  const home = useHome();
  const isChannel = home.data?.channels.some(({ channel_id }) => channel_id === id) ?? false;
  const found = useQuery({
    ...nameQuery(id),
    initialData: () => findThread(client, id),
    enabled: !isChannel,
    // The route has tried already.
    retryOnMount: false,
  });
  if (isChannel) return <ChannelPage channelId={id} />;
  const failure = home.error ?? found.error;
  if (failure instanceof ApiError && failure.status === 404) return <NothingHere />;
  if (failure) {
    const retry = () => void Promise.all([home.refetch(), found.refetch()]);
    return (
      <Page title="">
        <ErrorState error={failure} retry={retry} />
      </Page>
    );
  }
  if (home.data && found.data) return <Found id={id} found={found.data} />;
  return (
    <Page title="">
      <LoadingLines />
    </Page>
  );
}

const uuid = new RegExp(`^(?:${pages.parts.chatId})$`);

function isUuid(text: string): boolean {
  return uuid.test(text);
}

type Name = Awaited<ReturnType<typeof messaging.findName>>;

/** A thread that a loaded channel contains need not be asked for. */
function findThread(client: QueryClient, id: string): Name | undefined {
  const windows = client.getQueriesData<ThreadWindow>({ queryKey: threadListsKey });
  const threads = windows.flatMap(([, window]) => window?.threads ?? []);
  const thread = threads.find(({ thread_id }) => thread_id === id);
  if (!thread) return undefined;
  const { channel_id } = thread;
  return { kind: 'thread', channel_id, thread_id: id, chat_id: null, number: null };
}

function Found({ id, found }: { id: string; found: Name }) {
  const { kind, channel_id, thread_id, chat_id } = found;
  if (kind === 'channel' && channel_id !== null) return <ChannelPage channelId={channel_id} />;
  if (kind === 'user') return <ProfilePage userId={id} />;
  if (thread_id !== null) {
    const target = kind === 'comment' ? { commentId: id } : {};
    return <ThreadPage key={thread_id} threadId={thread_id} {...target} />;
  }
  if (chat_id === null) return <NothingHere />;
  if (kind === 'chat') {
    return <Navigate to="/messages/$chatId" params={{ chatId: chat_id }} replace />;
  }
  const params = { chatId: chat_id, messageId: id };
  return <Navigate to="/$chatId/$messageId" params={params} replace />;
}
