/** What the operator of an installation can do about messaging; every write is audited. */
export { createChannel, createChat } from './channels.ts';
export { createKey, revokeKey } from './keys.ts';
export { organizationQuota } from './quota.ts';
