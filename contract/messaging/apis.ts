import { messaging } from './index.ts';
import { messagingWebsite } from './website/index.ts';

export const apis = [messaging, messagingWebsite];
