import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { shortId } from '../../runtime/ids.ts';
import type { FormDefinition } from './definition.ts';
import { insertForm } from './store.ts';

/**
 * Gives a practice a new form; forms that were completed before keep the definition that was
 * answered.
 */
export async function loadForm(ctx: WriteContext, practiceId: number, form: FormDefinition) {
  const { tx, organization, now } = ctx;
  const id = await insertForm(tx, organization, { practiceId, ...form, now });
  await record(ctx, 'form.create', String(id), []);
  return { id, practice: shortId('practice', practiceId), ...form };
}
