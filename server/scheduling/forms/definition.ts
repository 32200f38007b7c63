import { AppError, type FieldError } from '../../runtime/errors.ts';
import { readLabel } from '../practices/details.ts';
import type { FormField } from './pdf.ts';

export type FormDefinition = { title: string; fields: FormField[] };

const types = ['text', 'choice', 'signature', 'date', 'long_text'] as const;
const fieldsMax = 200;
const labelLengthMax = 2_000;
const nameForm = /^[a-z][a-z0-9_]{0,62}$/i;
/** Answers stand beside it where a form is read. */
const reservedName = 'appointment_guid';

/**
 * What a file says about a form: `{"title": "…", "fields": [{"name", "label", "type", "required"}]}`.
 * @throws AppError 400 that names each field and its rule
 */
export function readDefinition(text: string): FormDefinition {
  const given = parse(text);
  if (!isObject(given)) throw refusal([problem('file', 'must be a JSON object.')]);
  const { title, fields } = given;
  const problems: FieldError[] = [];
  if (typeof title !== 'string') problems.push(problem('title', 'is required.'));
  if (!Array.isArray(fields) || fields.length === 0 || fields.length > fieldsMax) {
    throw refusal([...problems, problem('fields', `must be a list of 1 to ${fieldsMax} fields.`)]);
  }
  problems.push(...fields.flatMap((one, index) => problemsOf(one, `fields.${index}`)));
  problems.push(...repeated(fields));
  if (problems.length > 0) throw refusal(problems);
  return { title: readLabel('title', title as string), fields: fields.map(fieldOf) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw refusal([problem('file', `is no JSON: ${(error as Error).message}.`)]);
  }
}

function problemsOf(given: unknown, at: string): FieldError[] {
  if (!isObject(given)) return [problem(at, 'must be an object.')];
  const { name, label, type, required } = given;
  const rules: [member: string, isKept: boolean, rule: string][] = [
    ['name', isName(name), 'must be letters, digits and _, such as date_of_birth.'],
    ['label', isLabel(label), `must be a text of 1 to ${labelLengthMax} characters.`],
    ['type', types.includes(type as never), `must be one of ${types.join(', ')}.`],
    ['required', [true, false, undefined].includes(required as never), 'must be true or false.'],
  ];
  const unknown = Object.keys(given).filter((one) => !rules.some(([member]) => member === one));
  return [
    ...rules
      .filter(([, isKept]) => !isKept)
      .map(([member, , rule]) => problem(`${at}.${member}`, rule)),
    ...unknown.map((one) => problem(`${at}.${one}`, 'is not a member of a field.')),
  ];
}

function repeated(fields: readonly { name?: unknown }[]): FieldError[] {
  const names = fields.map((one) => one?.name);
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) < index
      ? [problem(`fields.${index}.name`, `"${name}" is there twice.`)]
      : [],
  );
}

function fieldOf({ name, label, type, required }: FormField): FormField {
  return { name, label: label.trim(), type, required: required ?? false };
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && nameForm.test(name) && name !== reservedName;
}

function isLabel(label: unknown): boolean {
  return typeof label === 'string' && label.trim() !== '' && label.length <= labelLengthMax;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function problem(field: string, message: string): FieldError {
  return { field, message };
}

function refusal(fields: FieldError[]): AppError {
  const message = fields.map((one) => `${one.field}: ${one.message}`).join(' ');
  return new AppError('invalid_request', { message, fields });
}
