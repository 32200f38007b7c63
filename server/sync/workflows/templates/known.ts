import { AppError, type FieldError } from '../../../runtime/errors.ts';
import { nearest } from '../../conventions/names.ts';
import type { Name, Piece, Template } from './template.ts';

/** What can be said of data before it is there: its members, or nothing at all. */
export type Known = 'anything' | { readonly [name: string]: Known };

const shownMax = 20;

/**
 * `fields`: of the record as transformed so far, where they are known; `steps`: those that went before,
 * each with its output.
 */
export function knownScope({
  objectName,
  fields,
  triggerFields = fields,
  steps,
}: {
  objectName?: string | null | undefined;
  fields?: readonly string[] | undefined;
  triggerFields?: readonly string[] | undefined;
  steps: Iterable<readonly [string, Known]>;
}): Known {
  const record = recordOf(fields);
  const given = recordOf(triggerFields);
  const trigger: Known = {
    type: 'anything',
    connection_id: 'anything',
    object: 'anything',
    record: given,
    previous: given,
    fired_at: 'anything',
  };
  const stepOf = (output: Known): Known => ({ status: 'anything', output });
  return Object.fromEntries([
    ...(objectName ? [[objectName, record]] : []),
    ['record', record],
    ['trigger', trigger],
    ['steps', Object.fromEntries([...steps].map(([name, output]) => [name, stepOf(output)]))],
  ]);
}

/**
 * Looks whether what templates and conditions ask for can be there.
 * @throws AppError 400 that says of each unknown name where it stands, and what may have been meant
 */
export function checkNames(asking: readonly Asking[], known: Known): void {
  const problems = asking.flatMap((one) => problemsOf(one, known));
  const [first] = problems;
  if (!first) return;
  const message = `${first.field}: ${first.message}`;
  throw new AppError('invalid_request', { message, fields: problems });
}

/** A template, or a condition, whose names may begin at a field of the record. */
export type Asking = Template | { readonly member: string; readonly names: readonly Name[] };

function problemsOf(asking: Asking, known: Known): FieldError[] {
  const { member } = asking;
  const unknown =
    'pieces' in asking
      ? unknownIn(asking.pieces, [known])
      : unknownIn(
          asking.names.map((name) => ({ kind: 'value', name })),
          [known, ...(known === 'anything' ? [] : [known.record ?? 'anything'])],
        );
  return unknown.map(({ name, message }) => ({
    field: member,
    message: `at character ${name.character}: ${message}`,
    constraint: 'template',
  }));
}

type Unknown = { name: Name; message: string };

function unknownIn(pieces: readonly Piece[], around: readonly Known[]): Unknown[] {
  return pieces.flatMap((piece) => {
    if (piece.kind === 'text') return [];
    const { name } = piece;
    const answer = walk(name.parts, around);
    const own = 'message' in answer ? [{ name, message: answer.message }] : [];
    if (piece.kind === 'value') return own;
    const inside = 'known' in answer && piece.kind === 'some' ? [answer.known, ...around] : around;
    return own.length > 0 ? own : unknownIn(piece.pieces, inside);
  });
}

function walk(
  parts: readonly string[],
  around: readonly Known[],
): { known: Known } | { message: string } {
  const [first = ''] = parts;
  if (parts.length === 0) return { known: around[0] ?? 'anything' };
  const within = around.find((one) => one === 'anything' || beginningOf(one, parts, 0) > 0);
  if (within === undefined) {
    const names = around.flatMap((one) => (one === 'anything' ? [] : Object.keys(one)));
    return { message: unknown(first, '', names) };
  }
  let found = within;
  for (let at = 0; at < parts.length && found !== 'anything'; ) {
    const next = beginningOf(found, parts, at);
    if (next === 0) {
      const inside = parts.slice(0, at).join('.');
      return { message: unknown(parts[at] as string, inside, Object.keys(found)) };
    }
    found = found[parts.slice(at, next).join('.')] as Known;
    at = next;
  }
  return { known: found };
}

/** Where the member ends that a name goes on with; 0 when there is none. */
function beginningOf(within: Exclude<Known, 'anything'>, parts: readonly string[], at: number) {
  for (let next = parts.length; next > at; next -= 1) {
    if (Object.hasOwn(within, parts.slice(at, next).join('.'))) return next;
  }
  return 0;
}

function unknown(name: string, within: string, names: readonly string[]): string {
  const near = nearest(name, names);
  const whose = within === '' ? '' : ` in ${within}`;
  const what = within === 'steps' ? 'no step before this one is called' : 'there is no';
  const where = within === 'steps' ? '' : whose;
  const hint = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '';
  const isShort = within === '' && near.length === 0 && names.length <= shownMax;
  const roots = isShort ? `; known are ${names.join(', ')}` : '';
  return `${what} ${JSON.stringify(name)}${where}${hint}${roots}`;
}

function recordOf(fields: readonly string[] | undefined): Known {
  return fields
    ? Object.fromEntries(fields.map((name) => [name, 'anything' as const]))
    : 'anything';
}
