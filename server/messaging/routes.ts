import type { messaging } from '../../contract/messaging/index.ts';
import type { messagingWebsite } from '../../contract/messaging/website/index.ts';
import type { Routes } from '../platform/api/routes.ts';
import { createChannel, listChannels, ping } from './channels/channels.ts';
import * as channelMembers from './channels/members/members.ts';
import { listPrivateChannels, takeChannelOver } from './channels/takeover.ts';
import * as channels from './channels/website.ts';
import { createChat, deleteChat } from './chats/chats.ts';
import * as chats from './chats/website.ts';
import { deleteComment, postComment } from './comments/comments.ts';
import * as comments from './comments/website.ts';
import type { Feed } from './feed/feed.ts';
import type { Drawing } from './files/drawing/drawing.ts';
import { addFile, uploadFile } from './files/files.ts';
import { findName, getHome } from './home/home.ts';
import { listKeys, makeKey, revokeKey } from './keys/keys.ts';
import { deleteChatMessage, postChatMessage } from './messages/messages.ts';
import * as messages from './messages/website.ts';
import { listNotices } from './notices/website.ts';
import { react } from './reactions/reactions.ts';
import { listReadings, markRead } from './readings/readings.ts';
import { search } from './search/search.ts';
import { deleteThread, postThread } from './threads/threads.ts';
import * as threads from './threads/website.ts';

/** Every endpoint of the Messaging API and the function behind it. */
export function messagingRoutes(drawing: Drawing): Routes<typeof messaging> {
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
    uploadFile: (ctx) => uploadFile(ctx, drawing),
  };
}

/** Every endpoint that the website calls and the function behind it. */
export function websiteRoutes(feed: Feed, drawing: Drawing): Routes<typeof messagingWebsite> {
  const { openChannel, changeChannel, listThreads } = channels;
  const { listChannelMembers, addChannelMember, removeChannelMember } = channelMembers;
  const { startThread, getThread, editThread, removeThread } = threads;
  const { answerThread, listComments, editComment, removeComment } = comments;
  const { openChat, changeChat, addChatMember, removeChatMember } = chats;
  const { listMessages, sendMessage, editMessage, removeMessage } = messages;
  return {
    getHome,
    findName,
    listReadings,
    markRead,
    openChannel,
    changeChannel,
    listChannelMembers,
    addChannelMember,
    removeChannelMember,
    listPrivateChannels,
    takeChannelOver,
    listThreads,
    startThread,
    getThread,
    listComments,
    editThread,
    removeThread,
    answerThread,
    editComment,
    removeComment,
    openChat,
    changeChat,
    addChatMember,
    removeChatMember,
    listMessages,
    sendMessage,
    editMessage,
    removeMessage,
    react,
    listNotices,
    search,
    pollFeed: (ctx, input) => feed.poll(ctx, input),
    listKeys,
    makeKey,
    revokeKey,
    addFile: (ctx) => addFile(ctx, drawing),
  };
}
