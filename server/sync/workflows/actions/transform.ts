import { selectTransform } from '../../transforms/store.ts';
import type { Json } from '../../values/types.ts';
import { enrichCompany } from '../records/company.ts';
import { runCode, TransformError, transformRecord } from '../records/transform.ts';
import { TemplateError } from '../templates/render.ts';
import { type ActionServices, type Performed, type Step, StepError } from './action.ts';
import { connectionOf } from './connecting.ts';

/** Changes the record for the steps after it. */
export async function transform(
  services: ActionServices,
  step: Step<'transform'>,
): Promise<Performed> {
  const input = step.record;
  step.show({ input });
  try {
    const { record, missing } = await changed(services, step);
    return { kind: 'done', input, output: record, record, missing };
  } catch (error) {
    if (!(error instanceof TransformError || error instanceof TemplateError)) throw error;
    throw new StepError(error.message);
  }
}

async function changed(services: ActionServices, step: Step<'transform'>) {
  const { organization, action, record, scope, trigger, signal } = step;
  const { sandbox } = services;
  const { transform_id: id, config } = action;
  if (id) return { record: await byCode(services, step, id), missing: [] };
  const given = { organization, sandbox, signal, record, scope, objectName: trigger.object };
  const enrich = (one: Json) => enriched(services, step, one);
  return transformRecord(config ?? {}, { ...given, enrich });
}

async function byCode(
  { database, sandbox }: ActionServices,
  { organization, record, signal }: Step<'transform'>,
  id: string,
): Promise<Json> {
  const { reading } = database.of(organization);
  const row = await selectTransform(reading, organization, id);
  if (!row) throw new StepError(`There is no transform ${id}.`);
  const { version, type, code } = row;
  return runCode(sandbox, { organization, key: `${id} ${version}`, type, code, signal }, record);
}

/** From the accounts of the system that the record is of; without one there is nobody to ask. */
async function enriched(
  services: ActionServices,
  { organization, trigger, signal }: Step<'transform'>,
  record: Json,
): Promise<Json> {
  if (!trigger.connection_id) return record;
  const connection = await connectionOf(services, organization, trigger.connection_id);
  const { object } = trigger;
  return services.sessions.use(connection, signal, (session) =>
    enrichCompany(record, { session, object }),
  );
}
