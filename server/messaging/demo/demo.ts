import type { Demo, DemoTerms } from '../../platform/product.ts';
import { type Talk, talk } from './messages.ts';
import { drawPicture } from './picture.ts';

/** A team that talks, and the key of its bot. */
export const demo: Demo = {
  async prepare({ files }) {
    const picture = await drawPicture(files);
    return (ctx, terms) => talk(ctx, terms, keyOf(terms.secret), picture);
  },
  show(remembered, secret) {
    const { channels, chats } = remembered as Talk;
    return { credentials: { api_key: keyOf(secret) }, made: { channels, chats } };
  },
  describe(shown, url) {
    const { api_key: key } = shown as { api_key: string };
    return `
  The key of its messaging API:
    API key           ${key}
  Try it:
    curl -H "Authorization: Bearer ${key}" ${url}/api/public/channels
`;
  },
};

function keyOf(secret: DemoTerms['secret']): string {
  return secret('api key', 24);
}
