import { type Command, InvalidArgumentError } from 'commander';
import { collect } from '../options.ts';
import { operation } from './operation.ts';

type Location = { name: string; timezone: string };
type Texts = Record<string, string | undefined>;

const practiceOption = ['--practice <id>', 'id of the practice'] as const;
const sureOption = ['--yes', 'go ahead, whatever depends on it'] as const;

export function definePractices(program: Command): void {
  const practice = program.command('practice').description('the practices of an organization');
  defineCreation(practice);
  operation(
    practice
      .command('list')
      .description('list practices with their locations and doctors')
      .option('--organization <id>', 'of one organization; by default of all'),
    ({ organization }, operator, platform) =>
      operator.listPractices(platform, organization as string | undefined),
  );
  operation(
    practice.command('show').description('show a practice').requiredOption('--id <id>', 'its id'),
    ({ id }, operator, platform) => operator.showPracticeOf(platform, String(id)),
  );
  operation(
    practice
      .command('change')
      .description('change the given fields; an empty value clears one')
      .requiredOption('--id <id>', 'its id')
      .option('--name <name>', 'its name')
      .option('--email <address>', 'where its mail goes')
      .option('--phone <number>', 'what patients call')
      .option('--country <CC>', 'for phone numbers')
      .option('--hold-minutes <n>', 'how long a hold lasts', readMinutes)
      .option('--website <url>', 'of all its locations'),
    ({ id, holdMinutes, ...texts }, operator, platform) => {
      const { name, email, phone, country, website } = texts as Texts;
      const hold_minutes = holdMinutes as number | undefined;
      const edit = { name, email, phone, country, website, hold_minutes };
      return operator.changePractice(platform, String(id), edit);
    },
  );
  defineLocations(practice);
  defineDoctors(practice);
}

function defineCreation(practice: Command): void {
  operation(
    practice
      .command('create')
      .description('open a practice with its locations and doctors')
      .requiredOption('--organization <id>', 'id of the organization')
      .requiredOption('--name <name>', 'its name')
      .option('--email <address>', 'where its mail goes; by default to the owners')
      .option('--phone <number>', 'what patients call; mails and calendar entries name it')
      .option(
        '--country <CC>',
        'for phone numbers; by default that of the first time zone',
        readCountry,
      )
      .option('--hold-minutes <n>', 'how long a hold lasts; by default 15', readMinutes)
      .requiredOption('--location <NAME;TIMEZONE>', 'a location; repeatable', readLocation)
      .requiredOption('--doctor <name>', 'a doctor; repeatable', collect),
    (
      { organization, name, email, phone, country, holdMinutes, location, doctor },
      operator,
      platform,
    ) =>
      operator.createPractice(platform, String(organization), {
        name: String(name),
        email: (email as string | undefined) ?? null,
        phone: (phone as string | undefined) ?? null,
        country: (country as string | undefined) ?? null,
        ...(holdMinutes === undefined ? {} : { hold_minutes: holdMinutes as number }),
        locations: location as Location[],
        doctors: doctor as string[],
      }),
  );
}

function defineLocations(practice: Command): void {
  const location = practice.command('location').description('where a practice is');
  operation(
    withAddress(location.command('add').description('add a location'))
      .requiredOption(...practiceOption)
      .requiredOption('--name <name>', 'its name')
      .requiredOption('--timezone <zone>', 'its IANA time zone, such as America/Chicago'),
    ({ practice: id, ...texts }, operator, platform) =>
      operator.addLocation(platform, String(id), locationOf(texts as Texts)),
  );
  operation(
    withAddress(
      location
        .command('change')
        .description('change the given fields; patients with appointments are told'),
    )
      .requiredOption('--id <id>', 'id of the location')
      .option('--name <name>', 'its name')
      .option('--timezone <zone>', 'its IANA time zone; bookings stay at their instants')
      .option(...sureOption),
    ({ id, yes, ...texts }, operator, platform) => {
      const edit = locationOf(texts as Texts);
      return operator.changeLocation(platform, String(id), edit, yes === true);
    },
  );
  defineRemoval(location, 'location');
}

function withAddress(command: Command): Command {
  return command
    .option('--website <url>', 'its website')
    .option('--street-address <text>', 'street and number')
    .option('--secondary-address <text>', 'suite, floor')
    .option('--city <name>', 'city')
    .option('--state <name>', 'state')
    .option('--zip <code>', 'ZIP or postal code');
}

function locationOf({ streetAddress, secondaryAddress, ...texts }: Texts) {
  const { name, timezone, website, city, state, zip } = texts;
  const address = { street_address: streetAddress, secondary_address: secondaryAddress };
  return { name, timezone, website, ...address, city, state, zip };
}

function defineDoctors(practice: Command): void {
  const doctor = practice.command('doctor').description('who treats patients at a practice');
  operation(
    doctor
      .command('add')
      .description('add a doctor')
      .requiredOption(...practiceOption)
      .requiredOption('--name <name>', 'their name'),
    ({ practice: id, name }, operator, platform) =>
      operator.addDoctor(platform, String(id), String(name)),
  );
  operation(
    doctor
      .command('change')
      .description('change the name of a doctor; patients with appointments are told')
      .requiredOption('--id <id>', 'id of the doctor')
      .requiredOption('--name <name>', 'their name')
      .option(...sureOption),
    ({ id, name, yes }, operator, platform) =>
      operator.changeDoctor(platform, String(id), String(name), yes === true),
  );
  defineRemoval(doctor, 'doctor');
}

function defineRemoval(command: Command, place: 'location' | 'doctor'): void {
  operation(
    command
      .command('remove')
      .description('show what depends on it; with --yes, withdraw its open bookings and remove it')
      .requiredOption('--id <id>', `id of the ${place}`)
      .option(...sureOption),
    ({ id, yes }, operator, platform) =>
      operator.removePlace(platform, place, String(id), yes === true),
  );
}

function readLocation(text: string, before: Location[] = []): Location[] {
  const [name = '', timezone = '', ...more] = text.split(';').map((part) => part.trim());
  if (!name || !timezone || more.length > 0) {
    throw new InvalidArgumentError(
      'Write it as "NAME;TIMEZONE", for example "Springfield;America/Chicago".',
    );
  }
  return [...before, { name, timezone }];
}

function readCountry(text: string): string {
  if (!/^[A-Za-z]{2}$/.test(text))
    throw new InvalidArgumentError('Use a two-letter code, such as US.');
  return text;
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (!Number.isInteger(minutes))
    throw new InvalidArgumentError('It must be a whole number of minutes.');
  return minutes;
}
