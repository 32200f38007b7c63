import type { Ways } from '../platform/personal.ts';

export const personal: Ways = {
  'scheduling.appointment': 'nobody',
  'scheduling.booking': 'nobody',
  'scheduling.completed_form': 'patient',
  'scheduling.doctor': 'nobody',
  'scheduling.form': 'nobody',
  'scheduling.location': 'nobody',
  'scheduling.patient': {
    first_name: 'patient',
    last_name: 'patient',
    email: 'patient',
    phone: 'patient',
    phone_extension: 'patient',
    zip_code: 'patient',
    guardian_name: 'patient',
    message: 'patient',
    dob: 'patient',
  },
  'scheduling.practice': 'nobody',
  'scheduling.series': 'nobody',
};
