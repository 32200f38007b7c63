import type { PracticeToCreate } from '../practices/practices.ts';

/** The practices of the demo organization; places and people are invented. */
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
