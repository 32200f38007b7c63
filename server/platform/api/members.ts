import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { AppError } from '../../runtime/errors.ts';

const namedMax = 20;
const nameLengthMax = 100;

/**
 * Names in a header those members of a body that are ignored: a misspelt one would otherwise change
 * nothing, silently.
 * @throws AppError 400 for a body none of whose members is known
 */
export function noteMembers(schema: TSchema) {
  const isOpen = takesAny(schema);
  const known = membersOf(schema);
  const mayBeEmpty = (requiredOf(schema) ?? []).length === 0;
  return async ({ body }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (isOpen || typeof body !== 'object' || body === null || Array.isArray(body)) return;
    const given = Object.keys(body);
    const ignored = given.filter((name) => !known.includes(name));
    if (ignored.length === 0) return;
    reply.header('x-ignored-members', ignored.slice(0, namedMax).map(writeName).join(', '));
    if (mayBeEmpty && ignored.length === given.length) throw unknown(ignored, known);
  };
}

function unknown(given: readonly string[], known: readonly string[]): AppError {
  const message = `is not part of this request; it takes ${known.join(', ')}.`;
  const fields = given.slice(0, namedMax).map((name) => ({
    field: name.slice(0, nameLengthMax).toWellFormed(),
    message,
    constraint: 'additionalProperties',
  }));
  return new AppError('invalid_request', {
    message: `body: nothing in it is part of this request; it takes ${known.join(', ')}.`,
    fields,
  });
}

type Shape = {
  properties?: object;
  required?: readonly string[];
  anyOf?: readonly TSchema[];
  additionalProperties?: boolean;
};

/** Whether what it is given may be called anything. */
function takesAny(schema: TSchema): boolean {
  const { additionalProperties, anyOf = [] } = schema as Shape;
  return additionalProperties === true || anyOf.some(takesAny);
}

function membersOf(schema: TSchema): string[] {
  const { properties = {}, anyOf = [] } = schema as Shape;
  return [...new Set([...Object.keys(properties), ...anyOf.flatMap(membersOf)])];
}

function requiredOf(schema: TSchema): readonly string[] | undefined {
  const { required, anyOf } = schema as Shape;
  return required ?? anyOf?.flatMap((one) => requiredOf(one) ?? []);
}

/** A header holds ASCII: everything else is percent-encoded. */
function writeName(name: string): string {
  return encodeURIComponent(name.slice(0, nameLengthMax).toWellFormed()) || '""';
}
