export type Person = {
  first_name: string;
  last_name: string;
  guardian_name?: string;
  message?: string;
  dob?: string;
};

export type Neighbourhood = {
  people: readonly Person[];
  zips: readonly string[];
  dentist: string;
  insurance: string;
  /** A number of those that are kept for fiction; it differs by the place in the list. */
  phone(place: number): string;
};

/** The patients of the demo organization, by the country of the practice; all are invented. */
export const neighbourhoods: Record<string, Neighbourhood> = {
  US: {
    people: [
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
      { first_name: 'Jamal', last_name: 'Whitfield', message: 'Could my sister be seen, too?' },
      { first_name: 'Hannah', last_name: 'Kowalski', dob: '2009-08-25' },
      { first_name: 'Emily', last_name: 'Tsosie', guardian_name: 'Ruth Tsosie', dob: '2015-05-02' },
    ],
    zips: ['62701', '62704', '62521', '62526'],
    dentist: 'Dr. Hannah Weiss, Springfield',
    insurance: 'Prairie Mutual, family plan',
    phone: (place) => `+1 217 555 01${20 + place}`,
  },
  GB: {
    people: [
      {
        first_name: 'Priya',
        last_name: 'Raman',
        guardian_name: 'Anand Raman',
        dob: '2015-02-27',
      },
      {
        first_name: 'Zoë',
        last_name: 'Fournier',
        message: 'A retainer broke; is this the right visit?',
      },
      { first_name: 'Samuel', last_name: 'Clarke', dob: '1979-04-11' },
      {
        first_name: 'Mila',
        last_name: 'Novák',
        guardian_name: 'Petra Nováková',
        dob: '2010-12-01',
      },
      { first_name: 'Callum', last_name: 'MacRae', message: 'After school would be best.' },
      { first_name: 'Chloe', last_name: 'Adeyemi' },
      {
        first_name: 'Alfie',
        last_name: 'Hughes',
        guardian_name: 'Megan Hughes',
        dob: '2013-09-16',
      },
      { first_name: 'Isla', last_name: 'Fairweather', dob: '2002-10-08' },
    ],
    zips: ['CT5 1AQ', 'CT6 5DP', 'CT2 7NZ'],
    dentist: 'Dr Alice Pemberton, Canterbury',
    insurance: 'None',
    phone: (place) => `+44 1632 9609${20 + place}`,
  },
  AU: {
    people: [
      { first_name: 'Ruby', last_name: 'Nguyen', guardian_name: 'Linh Nguyen', dob: '2014-07-19' },
      { first_name: 'Jack', last_name: "O'Rourke", message: 'Mornings suit me best.' },
      { first_name: 'Ethan', last_name: 'Walsh', dob: '2001-09-05' },
      { first_name: 'Talia', last_name: 'Papadopoulos', dob: '1993-03-28' },
      {
        first_name: 'Cooper',
        last_name: 'Singh',
        guardian_name: 'Jasmeet Singh',
        dob: '2012-01-31',
      },
      { first_name: 'Matilda', last_name: 'Harding', message: 'I have braces from abroad.' },
    ],
    zips: ['2037', '2038', '2040'],
    dentist: 'Dr Owen Gallagher, Leichhardt',
    insurance: 'Southern Cross Health, extras',
    phone: (place) => `+61 2 5550 43${20 + place}`,
  },
};
