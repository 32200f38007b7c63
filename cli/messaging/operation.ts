import { operationWith } from '../run.ts';

export const operation = operationWith(() => import('../../server/messaging/operator/index.ts'));
