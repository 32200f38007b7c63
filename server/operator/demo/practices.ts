import type { PracticeToCreate } from '../../scheduling/practices/practices.ts';

/** The practices of the demo organisation; places and people are invented. */
export const practices: readonly PracticeToCreate[] = [
  {
    name: 'Lakeview Orthodontics',
    email: 'desk@lakeview.example',
    country: 'US',
    locations: [
      {
        name: 'Lakeview Downtown',
        timezone: 'America/Chicago',
        website: 'https://lakeview.example',
        street_address: '420 Willow Street',
        secondary_address: 'Suite 300',
        city: 'Springfield',
        state: 'Illinois',
        zip: '62701',
      },
      {
        name: 'Lakeview West',
        timezone: 'America/Chicago',
        website: 'https://lakeview.example/west',
        street_address: '18 Prairie Avenue',
        city: 'Decatur',
        state: 'Illinois',
        zip: '62521',
      },
    ],
    doctors: ['Dr. Maya Okafor', 'Dr. Daniel Reyes', 'Dr. Ingrid Solberg', 'Dr. Thomas Nguyen'],
  },
  {
    name: 'Harbour Orthodontics',
    email: 'reception@harbour.example',
    country: 'GB',
    locations: [
      {
        name: 'Harbour Street',
        timezone: 'Europe/London',
        website: 'https://harbour.example',
        street_address: '7 Harbour Street',
        city: 'Whitstable',
        state: 'Kent',
        zip: 'CT5 1AQ',
      },
    ],
    doctors: ['Dr. Eleanor Shaw', 'Dr. Amir Haddad', 'Dr. Fiona Campbell'],
  },
  {
    name: 'Southern Smiles',
    email: 'hello@southernsmiles.example',
    country: 'AU',
    locations: [
      {
        name: 'Glebe',
        timezone: 'Australia/Sydney',
        website: 'https://southernsmiles.example',
        street_address: '55 Toxteth Road',
        city: 'Glebe',
        state: 'New South Wales',
        zip: '2037',
      },
    ],
    doctors: ['Dr. Lucy Tran', 'Dr. Oliver Banks'],
  },
];

/** Hours of the working day at which an opening begins, as wall-clock minutes after midnight. */
export const openingMinutes = [9 * 60, 10 * 60, 11 * 60, 13 * 60, 14 * 60, 15 * 60];
export const openingLengths = [60, 45, 60, 30, 45, 60];

export const people: readonly {
  first_name: string;
  last_name: string;
  guardian_name?: string;
  message?: string;
  dob?: string;
}[] = [
  {
    first_name: 'Sofia',
    last_name: 'Martinez',
    guardian_name: 'Elena Martinez',
    dob: '2014-03-09',
  },
  { first_name: 'Noah', last_name: 'Bennett', message: 'My dentist suggested a consultation.' },
  {
    first_name: 'Ava',
    last_name: 'Lindqvist',
    guardian_name: 'Karin Lindqvist',
    dob: '2013-11-22',
  },
  { first_name: 'Liam', last_name: 'Osei', dob: '1996-07-14' },
  { first_name: 'Nguyễn', last_name: 'Thị Hương', message: 'I would like clear aligners.' },
  { first_name: 'Grace', last_name: 'Thornton', dob: '1988-01-30' },
  { first_name: 'Mateo', last_name: 'Silva', guardian_name: 'Rafael Silva', dob: '2012-06-18' },
  {
    first_name: 'Zoë',
    last_name: 'Fournier',
    message: 'A retainer broke; is this the right visit?',
  },
  { first_name: 'Ethan', last_name: 'Walsh', dob: '2001-09-05' },
  { first_name: 'Priya', last_name: 'Raman', guardian_name: 'Anand Raman', dob: '2015-02-27' },
  { first_name: 'Chloe', last_name: 'Adeyemi' },
  { first_name: 'Jack', last_name: "O'Rourke", message: 'Mornings suit me best.' },
  { first_name: 'Mila', last_name: 'Novák', dob: '2010-12-01', guardian_name: 'Petra Nováková' },
  { first_name: 'Samuel', last_name: 'Clarke', dob: '1979-04-11' },
];

export const phones: Record<string, string> = {
  US: '+1 217 555 0142',
  GB: '+44 1632 960983',
  AU: '+61 2 5550 4321',
};
export const zips: Record<string, string> = { US: '62701', GB: 'CT5 1AQ', AU: '2037' };
