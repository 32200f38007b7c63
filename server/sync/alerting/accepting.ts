import type { In } from '../../../contract/endpoint.ts';
import type { syncs } from '../../../contract/sync/syncs.ts';
import type { OutsideContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import type { Sessions } from '../connections/sessions.ts';
import { checkNotice, resolveNotice } from '../notices/resolving.ts';
import { checkMessage } from './words.ts';

type Body = In<typeof syncs, 'putSync'>['body'];
type Alerts = NonNullable<Body['alerts']>;

/** Makes or changes a sync, once it is known where its notices go. @throws AppError 400 */
export const withNotices =
  <Input extends { body: { alerts?: Alerts | null } }, Answer>(
    sessions: Sessions,
    save: (ctx: OutsideContext, input: Input) => Promise<Answer>,
  ) =>
  async (ctx: OutsideContext, input: Input): Promise<Answer> => {
    const { alerts } = input.body;
    if (!alerts?.notify?.length) return save(ctx, input);
    const notify: Alerts['notify'] = [];
    for (const [at, given] of alerts.notify.entries()) {
      const path = `alerts.notify.${at}`;
      const notice = await resolveNotice(ctx, given, path);
      if (given.to?.includes('{{')) throw invalid(`${path}.to`, 'takes no templates.');
      if (given.message) checkMessage(given.message, `${path}.message`);
      await checkNotice(ctx, sessions, notice, path);
      notify.push({ ...given, ...notice });
    }
    const body = { ...input.body, alerts: { ...alerts, notify } };
    return save(ctx, { ...input, body });
  };
