import type { messaging } from '../../contract/messaging/index.ts';
import type { Routes } from '../platform/api/routes.ts';
import { createChannel, listChannels, ping } from './channels/channels.ts';
import { createChat, deleteChat, deleteChatMessage, postChatMessage } from './chats/chats.ts';
import { deleteComment, postComment } from './comments/comments.ts';
import { deleteThread, postThread } from './threads/threads.ts';

/** Every endpoint of the Messaging API and the function behind it. */
export function messagingRoutes(): Routes<typeof messaging> {
  return {
    ping,
    listChannels,
    listChannelsByPost: listChannels,
    createChannel,
    postThread,
    deleteThread,
    postComment,
    deleteComment,
    createChat,
    deleteChat,
    postChatMessage,
    deleteChatMessage,
  };
}
