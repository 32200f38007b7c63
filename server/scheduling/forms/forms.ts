import type { Answer, In } from '../../../contract/endpoint.ts';
import type { forms } from '../../../contract/scheduling/forms.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { type ReadPage, streamAll } from '../../runtime/http/page.ts';
import { readInstant } from '../../runtime/instants.ts';
import { guidForm } from '../appointments/appointments.ts';
import { findHorizon } from '../polls/horizon.ts';
import type { Position } from '../polls/position.ts';
import { reachOf } from '../reach.ts';
import { type FormField, renderFormPdf } from './pdf.ts';
import {
  type CompletedFormRow,
  type FormToFill,
  insertCompletedForm,
  lockFormToFill,
  selectCompletedForm,
  selectCompletedGuids,
} from './store.ts';

/** Where nothing happens, the time to go on from stays within the month all the same. */
const quietMillisecondsMax = 7 * 24 * 3600 * 1000;

export async function listFormGuids(
  ctx: ReadContext,
  { query }: In<typeof forms, 'listFormGuids'>,
) {
  const since = readInstant(query.since, 'since');
  if (since < oneMonthBefore(ctx.now)) throw invalid('since', 'must be at most one month ago.');
  const { latest, organization, caller } = ctx;
  const { until, clock } = await findHorizon(ctx, null, since);
  const start = { at: since, id: 0 };
  const read: ReadPage<Position & { guid: string }> = (last, limit) => {
    const page = { after: last ?? start, until, limit };
    return selectCompletedGuids(latest, organization, page, reachOf(caller));
  };
  const next = [since, until, clock.getTime() - quietMillisecondsMax].map(Number);
  return streamAll(read, ({ guid }) => guid, {
    before: '{"appointment_guids":',
    after: '}',
    headers: { 'x-next-since': new Date(Math.max(...next)).toISOString() },
  });
}

export async function getForm(
  ctx: ReadContext,
  { query }: In<typeof forms, 'getForm'>,
): Promise<Answer<(typeof forms)['getForm']>> {
  const guid = query.appointment_guid;
  if (!guidForm.test(guid)) throw new AppError('not_found');
  const { db, organization, caller } = ctx;
  const row = await selectCompletedForm(db, organization, guid, reachOf(caller));
  if (!row) throw new AppError('not_found');
  return showForm(row);
}

export type FilledIn = {
  answers: Record<string, string>;
  ip: string | undefined;
  userAgent: string | undefined;
};

/**
 * Completes the form of an appointment: checks the required answers, and makes the PDF as it was
 * signed.
 * @throws AppError 400 that names what is missing; 404 when there is no form; 410 when it was
 * completed before
 */
export async function completeForm(
  ctx: WriteContext,
  appointmentId: number,
  { answers, ip, userAgent }: FilledIn,
): Promise<void> {
  const { tx, organization, now } = ctx;
  const form = await lockFormToFill(tx, organization, appointmentId);
  if (!form) throw new AppError('not_found');
  checkAnswers(form.fields, answers);
  const pdf = await renderFormPdf(documentOf(form, answers, now));
  const submitted = await insertCompletedForm(tx, organization, form, {
    answers,
    ipv4: ip?.includes('.') ? ip.replace(/^::ffff:/, '') : null,
    ipv6: ip && !ip.includes('.') ? ip : null,
    user_agent: userAgent ?? null,
    pdf,
  });
  if (!submitted) throw new AppError('gone', { message: 'This form has already been completed.' });
  const data = { appointment_guid: form.guid, submitted_at: submitted.toISOString() };
  await record(ctx, 'form.complete', form.guid, [
    { type: 'form.completed', subject: form.guid, data },
  ]);
}

/** A form with a required answer missing, or without a signature, is not completed. */
function checkAnswers(fields: readonly FormField[], answers: Record<string, string>): void {
  const missing = fields.filter(({ name, required }) => required && !answers[name]?.trim());
  const unknown = Object.keys(answers).filter(
    (name) => !fields.some((field) => field.name === name),
  );
  const problems = [
    ...missing.map(({ name }) => ({ field: name, message: 'must be answered.' })),
    ...unknown.map((field) => ({ field, message: 'is not a question of this form.' })),
  ];
  if (problems.length > 0) throw new AppError('invalid_request', { fields: problems });
}

function documentOf(form: FormToFill, answers: Record<string, string>, now: Date) {
  return {
    title: form.title,
    practice: form.practice_name,
    patient: form.patient_name,
    submittedAt: now,
    timezone: form.timezone,
    fields: form.fields,
    answers,
    reference: form.guid,
  };
}

function oneMonthBefore(now: Date): Date {
  const month = now.toTemporalInstant().toZonedDateTimeISO('UTC').subtract({ months: 1 });
  return new Date(month.epochMilliseconds);
}

/** A completed form as the API shows it. */
export function showForm(row: CompletedFormRow) {
  const { appointment_guid: _, ...answers } = row.answers;
  return {
    appointment_guid: row.guid,
    ipv4: row.ipv4,
    ipv6: row.ipv6,
    user_agent: row.user_agent,
    submitted_at: row.submitted_at.toISOString(),
    pdf: {
      boundary: null,
      preamble: null,
      epilogue: null,
      charset: 'US-ASCII' as const,
      part_sort_order: ['text/plain', 'text/enriched', 'text/html'],
      parts: [],
      raw_source: row.pdf.toString('base64'),
      encoding: 'base64' as const,
    },
    json: { appointment_guid: row.guid, ...answers },
  };
}
