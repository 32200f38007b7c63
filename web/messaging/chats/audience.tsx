import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { messaging } from '../api.ts';
import { homeQuery } from '../home.ts';
import { type Audience, AudienceContext } from '../posts/audience.ts';

type ChatAudienceProps = { chat: ChatState; children: ReactNode };

/** Provides the audience of a chat to what is read and written in it. */
export function ChatAudience({ chat, children }: ChatAudienceProps) {
  return <AudienceContext value={useAudienceOf(chat)}>{children}</AudienceContext>;
}

/** The members of the chat. */
function useAudienceOf({ chat_id, member_ids, is_direct }: ChatState): Audience {
  const client = useQueryClient();
  return useMemo(() => {
    const add = async (user_id: string) => {
      await messaging.addChatMember({ params: { chat_id, user_id } });
      await client.invalidateQueries({ queryKey: homeQuery.queryKey });
    };
    // The members of a direct chat never change.
    return { place: 'chat', ids: new Set(member_ids), add: is_direct ? undefined : add };
  }, [client, chat_id, member_ids, is_direct]);
}
