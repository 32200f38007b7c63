import { platform as platformApi } from '../../contract/platform/index.ts';
import { callsOf } from '../api.ts';

/** What the pages ask about people and organizations. @throws ApiError */
export const platform = callsOf(platformApi);
