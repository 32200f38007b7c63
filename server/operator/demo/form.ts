import type { FormField } from '../../scheduling/forms/pdf.ts';

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

export const formAnswers: Record<string, string> = {
  full_name: 'Sofia Martinez',
  date_of_birth: '2014-03-09',
  reason: 'Crowded front teeth; our dentist recommended that an orthodontist has a look.',
  dentist: 'Dr. Hannah Weiss, Springfield',
  allergies: 'Penicillin',
  medication: 'None',
  insurance: 'Prairie Mutual, family plan',
  consent: 'Yes',
  signature: 'Elena Martinez',
};
