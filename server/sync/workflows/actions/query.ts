import { queryRecords } from '../../data/records.ts';
import type { Json } from '../../values/types.ts';
import { parseFilterTemplate, renderFilter } from '../templates/asked.ts';
import type { ActionServices, Performed, Step } from './action.ts';
import { using } from './connecting.ts';
import { describeNamed } from './describing.ts';

const limitDefault = 100;

/** Reads a page of records; what its filter asks for are values of the run, never parts of the filter. */
export async function query(services: ActionServices, step: Step<'query'>): Promise<Performed> {
  const { action, scope } = step;
  return using(services, step, async (session, { provider }) => {
    const { name: object } = await describeNamed(session, provider, action.object ?? '');
    const template = action.filter ? parseFilterTemplate(action.filter) : undefined;
    const { filter, text = null, missing = [] } = template ? renderFilter(template, scope) : {};
    const fields = Array.isArray(action.fields) ? action.fields : undefined;
    const asked = { object, fields, filter, limit: action.limit ?? limitDefault };
    const input = { object, fields: fields ?? null, filter: text, limit: asked.limit };
    step.show({ input, missing });
    const { page, about } = await queryRecords(session, asked);
    const { records } = page;
    const output = { records: records as Json, count: records.length };
    return { kind: 'done', input, output, missing, about };
  });
}
