import { operationWith } from '../run.ts';

export const operation = operationWith(() => import('../../server/scheduling/operator/index.ts'));
