import { readExactly } from '../../values/exact-json.ts';
import { objectIn, textIn } from '../../values/members.ts';
import type { PartAnswer } from './multipart.ts';

export type Refusal = { readonly error: string; readonly field?: string; readonly said?: string };

const saidCharactersMax = 300;

/** Why a record is refused: which field is at fault, and by which rule; in SAP's own words apart. */
export function refusalIn({ status, body }: PartAnswer, names: readonly string[]): Refusal {
  const error = objectIn(objectIn(readExactly(body))?.error);
  const inner = objectIn(error?.innererror);
  const details = [error?.details, inner?.errordetails].flatMap((one) =>
    Array.isArray(one) ? one.map(objectIn) : [],
  );
  const targets = [error, ...details].flatMap((one) =>
    [one?.target, one?.propertyref].filter((text) => typeof text === 'string'),
  );
  const field = targets
    .map((target) => target.split('/').at(-1))
    .find((name) => name !== undefined && names.includes(name));
  const code = textIn(error?.code) || String(status);
  const message = textIn(error?.message) || textIn(objectIn(error?.message)?.value);
  const what = field === undefined ? 'the record' : `the value of "${field}"`;
  return {
    error: `SAP refuses ${what} (${code.slice(0, 100)}).`,
    ...(field === undefined ? {} : { field }),
    ...(message === '' ? {} : { said: message.slice(0, saidCharactersMax) }),
  };
}
