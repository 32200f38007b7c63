import type { messaging } from '../../contract/messaging/index.ts';
import type { messagingWebsite } from '../../contract/messaging/website/index.ts';
import type { Routes } from '../platform/api/routes.ts';
import type { Feed } from '../platform/feed/feed.ts';
import type { Drawing } from '../platform/uploads/drawing/drawing.ts';
import { createChannel, listChannels, ping } from './channels/channels.ts';
import * as channelMembers from './channels/members.ts';
import * as channels from './channels/website.ts';
import { createChat, deleteChat } from './chats/chats.ts';
import * as chats from './chats/website.ts';
import { pollFeed } from './feed/poll.ts';
import { addFile, uploadFile } from './files/files.ts';
import { findName, getHome } from './home/home.ts';
import { listReadings, markRead } from './home/readings.ts';
import { listNotices } from './inbox/inbox.ts';
import { listKeys, makeKey, revokeKey } from './keys/keys.ts';
import { deleteComment, postComment } from './posts/comments/api.ts';
import * as comments from './posts/comments/website.ts';
import { deleteChatMessage, postChatMessage } from './posts/messages/api.ts';
import * as messages from './posts/messages/website.ts';
import { react } from './posts/reactions/reactions.ts';
import { deleteThread, postThread } from './posts/threads/api.ts';
import * as threads from './posts/threads/website.ts';
import { search } from './search/search.ts';
import { listPrivateChannels, takeChannelOver } from './takeover/takeover.ts';

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
  const { openChannel, changeChannel } = channels;
  const { listChannelMembers, addChannelMember, removeChannelMember } = channelMembers;
  const { listThreads, startThread, getThread, editThread, removeThread } = threads;
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
    pollFeed: (ctx, input) => pollFeed(ctx, input, feed),
    listKeys,
    makeKey,
    revokeKey,
    addFile: (ctx) => addFile(ctx, drawing),
  };
}
