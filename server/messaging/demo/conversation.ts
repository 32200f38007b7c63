/** Who talks in the demo organization; all are invented. `dana` is who signs in. */
export const speakers = {
  dana: 'Dana Demo',
  priya: 'Priya Nair',
  tom: 'Tom Becker',
  maya: 'Dr. Maya Okafor',
  lucia: 'Lucía Fernández',
  desk: 'Front desk bot',
  sync: 'Sync bot',
} as const;

export type Speaker = keyof typeof speakers;

/** Names in braces are mentions. */
export type Said = {
  by: Speaker;
  hoursAgo: number;
  text: string;
  reactions?: Readonly<Record<string, readonly Speaker[]>>;
};

/** `answers` is the place of the comment that is answered, in the same list. */
export type Comment = Said & { answers?: number };

export type Thread = Said & {
  channel: string;
  comments: readonly Comment[];
  /** Ends in the picture that the demo brings. */
  hasPicture?: true;
};

export const channels = [
  { name: 'front-desk', description: 'Who comes today, and what they need.', privacy: 'public' },
  { name: 'integrations', description: 'What moves between our systems.', privacy: 'public' },
  { name: 'general', description: 'News for everybody at all three practices.', privacy: 'public' },
  { name: 'partners', description: 'Contracts and numbers.', privacy: 'private' },
] as const;

export const threads: readonly Thread[] = [
  {
    channel: 'general',
    by: 'dana',
    hoursAgo: 190,
    text: `# Welcome
This is where the three practices talk. One thread for one thing, so that whoever was away can read it up.

* Appointments and patients: #front-desk
* Numbers and systems: #integrations
* Everything else: here`,
    reactions: { '👋': ['priya', 'tom', 'maya', 'lucia'], '🎉': ['tom'] },
    comments: [
      { by: 'tom', hoursAgo: 188, text: 'Good to have it in one place.' },
      { by: 'lucia', hoursAgo: 171, text: 'Harbour is here, too 👋' },
    ],
  },
  {
    channel: 'integrations',
    by: 'sync',
    hoursAgo: 98,
    text: 'Patients of the last day:\n\n```\nread      42\nwritten   42\nrejected   0\n```',
    comments: [],
  },
  {
    channel: 'front-desk',
    by: 'desk',
    hoursAgo: 74,
    text: `# New openings
The next eight weeks are open at all three practices.

* Lakeview: four doctors
* Harbour: three doctors
* Southern Smiles: two doctors`,
    reactions: { '👍': ['priya', 'lucia'] },
    comments: [
      { by: 'maya', hoursAgo: 73, text: '*Saturdays* are weekly from now on.' },
      { by: 'priya', hoursAgo: 72, text: 'Until when in the morning?', answers: 0 },
      { by: 'maya', hoursAgo: 72, text: 'From _nine_ to _noon_, as in spring.', answers: 1 },
      { by: 'tom', hoursAgo: 50, text: 'Told everybody who is on the waiting list.' },
    ],
  },
  {
    channel: 'partners',
    by: 'dana',
    hoursAgo: 52,
    text: 'The contract with the insurer ends in *March*. Who wants to be there when we talk?',
    comments: [{ by: 'maya', hoursAgo: 51, text: 'I do.' }],
  },
  {
    channel: 'integrations',
    by: 'sync',
    hoursAgo: 26,
    text: 'Patients of the last day:\n\n```\nread      57\nwritten   56\nrejected   1   phone: not a number\n```',
    comments: [
      { by: 'tom', hoursAgo: 25, text: 'The rejected one is a typing error; I have called them.' },
    ],
  },
  {
    channel: 'general',
    by: 'lucia',
    hoursAgo: 22,
    text: 'How the week looks, all practices together. *Thursday* is nearly full.',
    hasPicture: true,
    reactions: { '📈': ['dana', 'tom'] },
    comments: [{ by: 'priya', hoursAgo: 21, text: 'Then I move the two recalls to Tuesday.' }],
  },
  {
    channel: 'front-desk',
    by: 'desk',
    hoursAgo: 5,
    text: 'A patient form came back *signed*. Please look at the _allergies_ before the visit.',
    comments: [
      {
        by: 'priya',
        hoursAgo: 4.6,
        text: 'Seen, the chart is marked. {dana}, do we have nitrile?',
      },
    ],
  },
  {
    channel: 'front-desk',
    by: 'tom',
    hoursAgo: 1.2,
    text: `{dana} the scanner at Lakeview West says *ready* but sends nothing.

> E-41: no answer from the workstation

I restarted both. If it happens again, the number of the service is in [the manual](https://example.com/scanner).`,
    reactions: { '👀': ['maya'] },
    comments: [],
  },
];

export const chats: readonly {
  name: string;
  with: readonly Speaker[];
  messages: readonly Said[];
}[] = [
  {
    name: 'Morning round',
    with: ['dana', 'priya', 'tom', 'maya', 'lucia', 'desk', 'sync'],
    messages: [
      { by: 'desk', hoursAgo: 27, text: 'Good morning! The first patient is at *9:00*.' },
      { by: 'priya', hoursAgo: 26.9, text: 'All charts are out.' },
      { by: 'maya', hoursAgo: 26.8, text: 'Thank you 🙏', reactions: { '❤️': ['priya'] } },
      { by: 'desk', hoursAgo: 3, text: 'Good morning! The first patient is at *8:30*.' },
      { by: 'desk', hoursAgo: 3, text: 'Two holds are still open.' },
      { by: 'lucia', hoursAgo: 2.8, text: 'I take the one at Harbour.' },
      { by: 'tom', hoursAgo: 2.7, text: 'And I the other one.' },
    ],
  },
  {
    name: '',
    with: ['dana', 'priya'],
    messages: [
      { by: 'priya', hoursAgo: 30, text: 'Can I leave at four on Friday?' },
      { by: 'dana', hoursAgo: 29.5, text: 'Of course. Lucía is there until six.' },
      { by: 'priya', hoursAgo: 29.4, text: 'Wonderful, thank you!' },
      {
        by: 'priya',
        hoursAgo: 0.6,
        text: 'Mrs Lindqvist asks whether Ava may come with her brother.',
      },
    ],
  },
];
