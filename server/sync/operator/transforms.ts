import type { Platform } from '../../platform/platform.ts';
import { shortId } from '../../runtime/ids.ts';
import { Sandbox } from '../transforms/sandbox/sandbox.ts';
import * as rules from '../transforms/transforms.ts';
import { listAll } from './acting.ts';
import { findTransform, organizationsOf } from './finding.ts';

type Kind = 'javascript' | 'jsonata';

/** @throws AppError 400 for code that cannot be parsed, with line and column */
export async function createTransform(
  platform: Platform,
  organization: string,
  body: { name: string; type: Kind; code: string },
) {
  const [acting] = await organizationsOf(platform, organization);
  return within((sandbox) =>
    rules.createTransform(sandbox)(acting!.outside, { params: {}, query: {}, body }),
  );
}

/** Changes what is given; a run goes on with the code that it began with. @throws AppError 400 */
export async function changeTransform(
  platform: Platform,
  given: string,
  body: { name?: string; type?: Kind; code?: string },
) {
  const { acting, id } = await findTransform(platform, given);
  const params = { transform: id };
  return within((sandbox) =>
    rules.changeTransform(sandbox, async () => {})(acting.outside, { params, query: {}, body }),
  );
}

/** Of one organization, or of all. */
export async function listTransforms(platform: Platform, organization?: string) {
  const actings = await organizationsOf(platform, organization);
  const lists = await Promise.all(
    actings.map(async ({ reading, organization: number }) => {
      const rows = await listAll(
        (query) => rules.listTransforms(reading, { params: {}, query, body: undefined }),
        ({ id }) => id,
      );
      return rows.map((row) => ({ ...row, organization: shortId('organization', number) }));
    }),
  );
  return lists.flat();
}

export async function showTransform(platform: Platform, given: string) {
  const { acting, id } = await findTransform(platform, given);
  const input = { params: { transform: id }, query: {}, body: undefined };
  return rules.getTransform(acting.reading, input);
}

/** What becomes of some records; nothing is written. */
export async function testTransform(
  platform: Platform,
  given: string,
  records: Record<string, unknown>[],
) {
  const { acting, id } = await findTransform(platform, given);
  const input = { params: { transform: id }, query: {}, body: { records } };
  return within((sandbox) => rules.testTransform(sandbox)(acting.outside, input));
}

/** @throws AppError 400, in_use (409) */
export async function deleteTransform(platform: Platform, given: string): Promise<void> {
  const { acting, id } = await findTransform(platform, given);
  const input = { params: { transform: id }, query: {}, body: undefined };
  await acting.write((ctx) => rules.deleteTransform(ctx, input));
}

async function within<T>(work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = new Sandbox();
  try {
    return await work(sandbox);
  } finally {
    await sandbox.close();
  }
}
