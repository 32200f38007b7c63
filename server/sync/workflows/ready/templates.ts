import type { Answer, In } from '../../../../contract/endpoint.ts';
import type { workflowTemplates } from '../../../../contract/sync/workflow-templates.ts';
import type { OutsideContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import { createWorkflow, type WorkflowServices } from '../workflows.ts';
import { fillIn, nameEach, placeholders } from './filling.ts';
import { readyWorkflows } from './list.ts';
import type { Made, Parameter, Ready } from './ready.ts';

type Shown = Answer<(typeof workflowTemplates)['listWorkflowTemplates']>;

export async function listWorkflowTemplates(): Promise<Shown> {
  return readyWorkflows.map(shown);
}

/** @throws AppError not_found (404), 400 that names the parameter */
export const makeWorkflow =
  (services: WorkflowServices) =>
  async (ctx: OutsideContext, { params, body }: In<typeof workflowTemplates, 'makeWorkflow'>) => {
    const ready = readyWorkflows.find(({ id }) => id === params.template);
    if (!ready) throw unknown(params.template);
    const given = await fillIn(ctx, ready, body.parameters ?? {});
    ready.require?.(given);
    const { name, description } = ready;
    const create = createWorkflow(services);
    const made = { name: body.name?.trim() || name, description, ...ready.make(given) };
    const input = { params: {}, query: {}, body: made as Parameters<typeof create>[1]['body'] };
    try {
      return await create(ctx, input);
    } catch (error) {
      throw error instanceof AppError ? byParameters(error, ready.make(nameEach(given))) : error;
    }
  };

/** Whoever filled in parameters knows nothing of the places where they stand then. */
function byParameters(error: AppError, made: Made): AppError {
  const fields = error.fields?.map((one) => ({ ...one, field: parameterAt(made, one.field) }));
  const [first] = fields ?? [];
  if (!fields || !first) return error;
  return new AppError(error.code, { message: `${first.field}: ${first.message}`, fields });
}

function parameterAt(made: Made, path: string): string {
  const value = path.split('.').reduce<unknown>(memberOf, made);
  const [, name] = typeof value === 'string' ? (/^<(\w+)>$/.exec(value) ?? []) : [];
  return name === undefined ? path : `parameters.${name}`;
}

function memberOf(value: unknown, name: string): unknown {
  const isHere = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return isHere ? (value as Record<string, unknown>)[name] : undefined;
}

function unknown(id: string): AppError {
  const ids = readyWorkflows.map((one) => one.id).join(', ');
  return new AppError('not_found', { message: `There is no template ${id}; there are ${ids}.` });
}

function shown(ready: Ready): Shown[number] {
  const { id, name, description, parameters } = ready;
  const { trigger, actions } = ready.make(placeholders(ready));
  return {
    ...{ id, name, description },
    parameters: parameters.map(shownParameter),
    makes: { trigger: { ...trigger }, actions: actions.map((one) => ({ ...one })) },
  };
}

function shownParameter({ name, description, type, isRequired, default: usual }: Parameter) {
  return { name, description, type, required: isRequired ?? false, default: usual ?? null };
}
