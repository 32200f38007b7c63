import type { WriteContext } from '../../platform/context.ts';
import { inOrganization, writeIn } from '../../platform/operator/acting.ts';
import { findOrganization } from '../../platform/organizations/organizations.ts';
import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { lookupId } from '../../runtime/ids.ts';
import { republishAppointments } from '../appointments/republishing.ts';
import { endOffers, type InPieces } from '../bookings/leaving/leaving.ts';
import { readDefinition } from '../forms/definition.ts';
import { loadForm } from '../forms/loading.ts';
import * as changes from '../practices/changes/changes.ts';
import { showPractice } from '../practices/changes/shape.ts';
import {
  type Noun,
  type Place,
  selectOrganizationOf,
  selectWholePractices,
} from '../practices/changes/store.ts';
import { createPractice as create, type PracticeToCreate } from '../practices/practices.ts';

export async function createPractice(
  platform: Platform,
  organization: string,
  practice: PracticeToCreate,
) {
  return inOrganization(platform, organization, (ctx) => create(ctx, practice));
}

/** Every practice, or those of one organization. */
export async function listPractices({ database }: Platform, organization?: string) {
  const db = database.system.reading;
  const id = organization === undefined ? null : await findOrganization(db, organization);
  return (await selectWholePractices(db, id, null)).map(showPractice);
}

export async function showPracticeOf({ database }: Platform, given: string) {
  const id = lookupId('practice', given);
  const [row] = await selectWholePractices(database.system.reading, null, id);
  if (!row) throw invalid('practice', `there is no practice ${given}.`);
  return showPractice(row);
}

export async function changePractice(platform: Platform, id: string, edit: changes.PracticeEdit) {
  return at(platform, 'practice', id, (ctx, row) => changes.changePractice(ctx, row, edit));
}

export async function addLocation(
  platform: Platform,
  practice: string,
  edit: changes.LocationEdit,
) {
  return at(platform, 'practice', practice, (ctx, row) => changes.addLocation(ctx, row, edit));
}

/** Changes a location, and notifies patients and practice of what they have to know. */
export async function changeLocation(
  platform: Platform,
  id: string,
  edit: changes.LocationEdit,
  sure: boolean,
) {
  const isShown = changes.shownMembers.some((member) => edit[member] !== undefined);
  return changeAndNotify(platform, 'location', id, isShown, (ctx, row) =>
    changes.changeLocation(ctx, row, edit, sure),
  );
}

export async function addDoctor(platform: Platform, practice: string, name: string) {
  return at(platform, 'practice', practice, (ctx, row) => changes.addDoctor(ctx, row, name));
}

/** The same of a doctor. */
export async function changeDoctor(platform: Platform, id: string, name: string, sure: boolean) {
  return changeAndNotify(platform, 'doctor', id, true, (ctx, row) =>
    changes.changeDoctor(ctx, row, name, sure),
  );
}

/** Removes a location or doctor, and then what was offered there. */
export async function removePlace(platform: Platform, place: Place, given: string, sure: boolean) {
  const { organization, removed, id } = await at(platform, place, given, async (ctx, row) => ({
    organization: ctx.organization,
    removed: await changes.removePlace(ctx, place, row, sure),
    id: row,
  }));
  const ended = await endOffers((work) => writeIn(platform, organization, work), {
    column: `${place}_id`,
    id,
  });
  return { ...removed, ...ended };
}

/** The form that patients of a practice fill in from now on, from the text of a file. */
export async function loadFormOf(platform: Platform, practice: string, text: string) {
  const definition = readDefinition(text);
  return at(platform, 'practice', practice, (ctx, row) => loadForm(ctx, row, definition));
}

/** Also when nothing changes: an interrupted notification of patients goes on. */
async function changeAndNotify<T extends object>(
  platform: Platform,
  place: Place,
  given: string,
  isShown: boolean,
  change: (ctx: WriteContext, id: number) => Promise<T>,
) {
  const { organization, changed, id } = await at(platform, place, given, async (ctx, row) => ({
    organization: ctx.organization,
    changed: await change(ctx, row),
    id: row,
  }));
  if (!isShown) return { ...changed, appointments_told: 0 };
  const inPieces: InPieces = (work) => writeIn(platform, organization, work);
  return { ...changed, appointments_told: await republishAppointments(inPieces, place, id) };
}

async function at<T>(
  platform: Platform,
  noun: Noun,
  given: string,
  work: (ctx: WriteContext, id: number) => Promise<T>,
): Promise<T> {
  const id = lookupId(noun, given);
  const organization = await selectOrganizationOf(platform.database.system.reading, noun, id);
  if (organization === undefined) throw invalid(noun, `there is no ${noun} ${given}.`);
  return writeIn(platform, organization, (ctx) => work(ctx, id));
}
