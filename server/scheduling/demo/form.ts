import type { FormField } from '../forms/pdf.ts';
import type { Neighbourhood, Person } from './people.ts';

export const formTitle = 'New patient form';

export const formFields: FormField[] = [
  { name: 'full_name', label: 'Full name of the patient', type: 'text', required: true },
  { name: 'date_of_birth', label: 'Date of birth', type: 'date', required: true },
  { name: 'reason', label: 'What brings you to us?', type: 'long_text', required: true },
  { name: 'dentist', label: 'Your dentist', type: 'text', required: false },
  { name: 'allergies', label: 'Allergies', type: 'long_text', required: false },
  { name: 'medication', label: 'Medication that you take', type: 'long_text', required: false },
  { name: 'pregnant', label: 'Are you pregnant?', type: 'choice', required: false },
  { name: 'insurance', label: 'Insurance', type: 'text', required: false },
  {
    name: 'consent',
    label: 'I agree to an examination with X-rays',
    type: 'choice',
    required: true,
  },
  { name: 'signature', label: 'Signature', type: 'signature', required: true },
];

export function answersOf(person: Person, { dentist, insurance }: Neighbourhood) {
  const name = `${person.first_name} ${person.last_name}`;
  return {
    full_name: name,
    date_of_birth: person.dob ?? '',
    reason: 'Crowded front teeth; our dentist recommended that an orthodontist has a look.',
    dentist,
    allergies: 'Penicillin',
    medication: 'None',
    insurance,
    consent: 'Yes',
    signature: person.guardian_name ?? name,
  };
}
