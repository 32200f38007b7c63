import { validateHeaderName, validateHeaderValue } from 'node:http';
import { depthHeader } from '../../../platform/depths/depths.ts';

/** Headers that say how a request is sent. */
const ours = [depthHeader, 'connection', 'content-length', 'host', 'transfer-encoding', 'upgrade'];

/** What is wrong with a header that no client would send. */
export function headerRule(name: string, value: string): string | undefined {
  if (ours.includes(name.toLowerCase())) return 'is set by the request itself: leave it out.';
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return undefined;
  } catch {
    return 'has a sign that no header may have.';
  }
}
