import { selectOwnerEmails } from '../../../platform/organizations/store.ts';
import type { Db } from '../../../runtime/database/database.ts';
import { invalid } from '../../../runtime/errors.ts';
import { nearest } from '../../conventions/names.ts';
import { selectActiveConnections } from '../../notices/store.ts';
import type { Given, Parameter, Ready, Value } from './ready.ts';
import { selectConnectionsNamed } from './store.ts';

type At = { readonly db: Db; readonly organization: number };
export type GivenValues = Readonly<Record<string, Value | null>>;

const fieldOf = (name: string) => `parameters.${name}`;

/** A value for each parameter that has one. @throws AppError 400 that names the parameter */
export async function fillIn(
  at: At,
  { parameters }: Pick<Ready, 'parameters'>,
  given: GivenValues,
): Promise<Given> {
  refuseStrange(parameters, given);
  const values = new Map<string, Value>();
  for (const parameter of parameters) {
    const { name } = parameter;
    if (parameter.with !== undefined && !values.has(parameter.with) && isEmpty(given[name])) {
      continue;
    }
    const value = await valueFor(at, parameter, given[name] ?? null);
    if (value !== undefined) values.set(name, value);
  }
  return givenFrom(values);
}

/** What stands where nothing was given yet. */
export function placeholders({ parameters }: Pick<Ready, 'parameters'>): Given {
  const standing = parameters.filter(({ type, isRequired, isOwners, ...one }) => {
    if (one.default !== undefined || isRequired || isOwners) return true;
    return type === 'connection' && one.with === undefined;
  });
  return givenFrom(new Map(standing.map((one) => [one.name, one.default ?? `<${one.name}>`])));
}

/** The same with the name of each text in its place. */
export function nameEach(given: Given): Given {
  const text = (name: string) => (given.text(name) === undefined ? undefined : `<${name}>`);
  return { ...given, text };
}

function givenFrom(values: ReadonlyMap<string, Value>): Given {
  const text = (name: string) => {
    const value = values.get(name);
    return value === undefined ? undefined : String(value);
  };
  return {
    text,
    number: (name) => Number(values.get(name)),
    is: (name) => values.get(name) === true,
  };
}

async function valueFor(
  at: At,
  parameter: Parameter,
  given: Value | null,
): Promise<Value | undefined> {
  const { name, type, isRequired, isOwners } = parameter;
  if (type === 'connection') return connectionOf(at, parameter, given);
  if (!isEmpty(given)) return typed(parameter, given as Value);
  if (parameter.default !== undefined) return parameter.default;
  if (isOwners) return (await selectOwnerEmails(at.db, at.organization)).join(', ') || undefined;
  if (!isRequired) return undefined;
  throw invalid(fieldOf(name), `is required: ${parameter.description}`, 'required');
}

/** A command line has texts only. */
function typed({ name, type }: Parameter, given: Value): Value {
  const text = String(given).trim();
  if (type === 'text') return text;
  if (type === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw invalid(fieldOf(name), 'must be true or false.', 'type');
  }
  if (/^-?\d{1,15}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw invalid(fieldOf(name), 'must be a number.', 'type');
}

async function connectionOf(
  { db, organization }: At,
  { name, providers = [], isAny = false }: Parameter,
  given: Value | null,
): Promise<string> {
  const field = fieldOf(name);
  if (!isEmpty(given)) {
    const [one, another] = await selectConnectionsNamed(db, organization, String(given));
    if (!one) throw invalid(field, `there is no connection ${given}.`);
    if (another) throw invalid(field, `several are called ${given}: name one by its id.`);
    if (isAny || providers.includes(one.provider)) return one.id;
    throw invalid(field, `must be a connection of the provider ${providers.join(' or ')}.`);
  }
  for (const provider of providers) {
    const [only, another] = await selectActiveConnections(db, organization, provider, 2);
    if (!only) continue;
    if (!another) return only.id;
    const rule = `is required: there are several active connections of the provider ${provider}.`;
    throw invalid(field, rule, 'required');
  }
  const [first] = providers;
  const make = `POST /v1/connections with {"provider": "${first}", …} or heddle connection create --provider ${first}`;
  const rule = `there is no active connection of the provider ${providers.join(' or ')}: make one first, by ${make}.`;
  throw invalid(field, rule, 'required');
}

function refuseStrange(parameters: readonly Parameter[], given: GivenValues): void {
  const names = parameters.map(({ name }) => name);
  const strange = Object.keys(given).find((name) => !names.includes(name));
  if (strange === undefined) return;
  const near = nearest(strange, names);
  const meant =
    near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${names.join(', ')}.`;
  throw invalid(
    fieldOf(strange),
    `is no parameter of this workflow; ${meant}`,
    'additionalProperties',
  );
}

const isEmpty = (value: Value | null | undefined) =>
  value === null || value === undefined || String(value).trim() === '';
