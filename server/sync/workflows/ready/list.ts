import { cancelledAppointment, completedForm, newAppointment } from './appointments.ts';
import { newLead, newPatient } from './customers.ts';
import type { Ready } from './ready.ts';
import { failedSync } from './syncs.ts';

/** In the order in which they are shown. */
export const readyWorkflows: readonly Ready[] = [
  newAppointment,
  cancelledAppointment,
  completedForm,
  newPatient,
  newLead,
  failedSync,
];
