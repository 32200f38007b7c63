import { operationWith } from '../run.ts';

export const operation = operationWith(() => import('../../server/sync/operator/index.ts'));
