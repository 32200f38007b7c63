import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import { callsOf } from '../api.ts';

/** What the pages ask of Messaging, by the names of the contract. @throws ApiError */
export const messaging = callsOf(messagingWebsite);
