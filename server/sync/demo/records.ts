import { Chance } from './chance.ts';

const day = 24 * 3600 * 1000;

const firstNames =
  'Amara Anton Beatriz Callum Chiara Daniel Elif Emeka Femi Greta Hana Hugo Ines Jonas Kaia Kwame Leila Lucas Maeve Mateus Nadia Noor Oskar Priya Rafael Rosa Samir Sofia Tariq Thea Viktor Yara'.split(
    ' ',
  );
const lastNames =
  'Abara Albers Baptista Brandt Castell Dhillon Eriksen Farouk Fenwick Garner Haddad Ibarra Jansson Kerr Laurent Lindqvist Mbeki Moreau Nakata Novak Okoye Olsen Petrov Quist Raman Reyes Sato Sokol Tanaka Ueda Varga Whitlock'.split(
    ' ',
  );
const dentists = [
  ...['Dr. Elsie Marlow', 'Dr. Owen Prentice', 'Dr. Farah Nasser', 'Dr. Ivo Lindner'],
  ...['Dr. Mei Kwan', 'Dr. Julia Santoro', 'Dr. Peter Achterberg'],
];
const treatments: readonly [string, number][] = [
  ['Consultation', 85],
  ['Panoramic X-ray', 120],
  ['Retainer check', 60],
  ['Wire change', 95],
  ['Clear aligners, instalment', 310],
  ['Braces, instalment', 245.5],
  ['Bracket repair', 72.25],
];
const reasons = ['crowding', 'overbite', 'crossbite', 'spacing', 'second opinion', 'retainer lost'];

export type Invoice = readonly [
  id: number,
  patient: number,
  issuedOn: string,
  treatment: string,
  amount: string,
  isPaid: number,
  updatedAt: string,
];

/** What the practice kept before: people, as they were typed in over the years. */
export function patients(count: number, now: Date) {
  const chance = new Chance(1);
  return Array.from({ length: count }, (_, at) => {
    const [first, last] = [chance.of(firstNames), chance.of(lastNames)];
    const typed = chance.below(6) === 0 ? `${first.toUpperCase()} ` : first;
    const number = `555${String(1_000 + (at % 9_000)).padStart(4, '0')}`;
    const phone = chance.of([
      `(217) ${number.slice(0, 3)}-${number.slice(3)}`,
      `217.${number.slice(0, 3)}.${number.slice(3)}`,
      `+1 217 ${number}`,
    ]);
    const email = `${first}.${last}${at + 1}@mail.example`.toLowerCase();
    const born = dateOf(
      new Date(Date.UTC(1975 + chance.below(42), chance.below(12), 1 + chance.below(28))),
    );
    return [
      at + 1,
      typed,
      last,
      phone,
      email,
      born,
      timeOf(before(now, chance.below(900))),
    ] as const;
  });
}

/** From the number `first` on; those that come later are of today. */
export function invoices(
  { first, count, people }: { first: number; count: number; people: number },
  now: Date,
): Invoice[] {
  const chance = new Chance(first);
  return Array.from({ length: count }, (_, at) => {
    const age = first === 1 ? Math.floor(((count - at) * 700) / count) + 1 : 0;
    const issued = before(now, age);
    const [treatment, price] = chance.of(treatments);
    const amount = (price * (1 + chance.below(3) / 10)).toFixed(2);
    const isPaid = age > 30 && chance.below(12) > 0 ? 1 : 0;
    const patient = 1 + chance.below(people);
    return [first + at, patient, dateOf(issued), treatment, amount, isPaid, timeOf(issued)];
  });
}

/** Who is to be seen again, and when. */
export function recalls(count: number, now: Date) {
  const chance = new Chance(3);
  return Array.from({ length: count }, (_, at) => {
    const due = before(now, at - Math.floor(count / 2));
    return [
      at + 1,
      1 + chance.below(2_000),
      dateOf(due),
      chance.of(['6 months', '12 months', 'retainer']),
    ] as const;
  });
}

/** Referrals as dentists sent them, on a sheet that was kept by hand: some lines are no use. */
export function referrals(count: number, now: Date): string {
  const chance = new Chance(4);
  const lines = Array.from({ length: count }, (_, at) => {
    const person = `${chance.of(firstNames)} ${chance.of(lastNames)}`;
    const when = dateOf(before(now, Math.floor(((count - at) * 500) / count)));
    const fee = (20 + chance.below(40) / 2).toFixed(2);
    const cells = [`R-${10_001 + at}`, when, chance.of(dentists), person, chance.of(reasons), fee];
    if (at % 251 === 97) cells[1] = 'after the holidays';
    if (at % 409 === 203) cells[5] = 'waived';
    return cells.join(',');
  });
  return `${['referral_id,referred_on,dentist,patient,reason,fee', ...lines].join('\n')}\n`;
}

function before(now: Date, days: number): Date {
  return new Date(now.getTime() - days * day);
}

function dateOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

function timeOf(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}
