import assert from 'node:assert/strict';

type Refusal = {
  status: string;
  message: string;
  errors?: { field: string; message: string }[];
  request_id: string;
};
export type Result<Body> =
  | { ok: true; status: number; headers: Headers; body: Body }
  | { ok: false; status: number; headers: Headers; error: Refusal };

/** The body of an answer that has to be the one the contract promises. */
export function accepted<Body>(answer: Result<Body>): Body {
  if (!answer.ok) assert.fail(`${answer.status} ${JSON.stringify(answer.error)}`);
  return answer.body;
}

/** The error of an answer that has to be this refusal. */
export function refused<Body>(answer: Result<Body>, status: number, slug: string): Refusal {
  if (answer.ok) assert.fail(`${answer.status} ${JSON.stringify(answer.body)}`);
  assert.deepEqual([answer.status, answer.error.status], [status, slug], answer.error.message);
  return answer.error;
}

/** The one field that a 400 names. */
export function refusedField<Body>(answer: Result<Body>): string | undefined {
  const { errors = [] } = refused(answer, 400, 'invalid_request');
  assert.equal(errors.length, 1, JSON.stringify(errors));
  return errors[0]?.field;
}

/** How often each outcome came: `{ 201: 1, booking_not_available: 59 }`. */
export function countOutcomes<Body>(answers: readonly Result<Body>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const outcome = answer.ok ? answer.status : answer.error.status;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
