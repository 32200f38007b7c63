import fc from 'fast-check';

type Schema = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
};

const idName = /(^|_)ids?$|IDs?$|guid/;

export type Arbitrary = fc.Arbitrary<unknown>;

/** Ids that exist, in every form, here and elsewhere, by the noun that a member is named after. */
export type Known = Readonly<Record<string, unknown[]>> & { readonly any: unknown[] };

const nasty = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    '\udfff\ud83d',
    '\u202e',
    '__proto__',
    'constructor',
    'null',
    "'; drop table scheduling.booking; --",
    '%',
    '%_',
    '\\',
    '{{a}}',
    '🦷'.repeat(50),
    '٣',
    '-1',
    '1e9',
    'NaN',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);

const day = fc
  .date({
    min: new Date('1890-01-01T00:00:00Z'),
    max: new Date('2210-01-01T00:00:00Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
const isPast = (text: string) => text < '2026';
const instant = fc.oneof(
  day,
  day.map((text) => text.replace('Z', '+05:30')),
  day.map((text) => text.slice(0, 16)),
  day.map((text) => text.slice(0, 10)),
  day.map((text) => `${text.slice(0, 16)}[America/Chicago]`),
  day.map((text) => text.replace('T', ' ')),
  fc.constantFrom(
    '2026-02-30T10:00',
    '2026-03-08T02:30',
    '+275760-09-13T00:00:00Z',
    '2026-W01-1',
    '12:00',
  ),
);
const email = fc.oneof(
  { weight: 3, arbitrary: fc.emailAddress() },
  fc.constantFrom('ann@münchen.example', 'jörg@post.example', 'ann@例え.example'),
);
const phone = mostly(
  fc.constantFrom('555 555 1234', '+14155552671', '+49 30 901820', '1', '+', '٠١٢٣٤٥٦٧٨٩'),
);

/** Values for a schema, most of them fitting, some of them not quite, a few not at all. */
export function inputFor(schema: Schema, known: Known, name = ''): Arbitrary {
  return fc.oneof(
    { weight: 12, arbitrary: fitting(schema, known, name) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 1, arbitrary: nasty },
  );
}

function fitting(schema: Schema, known: Known, name: string): Arbitrary {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => fitting(one, known, name)));
  const types = [schema.type ?? []].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, known, name)));
}

function ofType(type: string, schema: Schema, known: Known, name: string): Arbitrary {
  switch (type) {
    case 'object':
      return objectOf(schema, known);
    case 'array':
      return arrayOf(inputFor(schema.items ?? {}, known, name), schema.maxItems ?? 4);
    case 'integer':
      return integerOf(schema, known, name);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return textOf(schema, known, name);
  }
}

/** Mostly few: of many one hardly ever fits. */
function arrayOf(item: Arbitrary, itemsMax: number): Arbitrary {
  const few = fc.array(item, { maxLength: Math.min(itemsMax, 3) });
  return fc.oneof(
    { weight: 4, arbitrary: few },
    { weight: 1, arbitrary: fc.array(item, { maxLength: itemsMax + 1 }) },
  );
}

function objectOf({ properties = {}, required = [] }: Schema, known: Known): Arbitrary {
  const names = Object.keys(properties);
  const optional = names.filter((name) => !required.includes(name));
  const membersBy = (make: typeof fitting) =>
    fc.record(
      Object.fromEntries(
        Object.entries(properties).map(([name, schema]) => [name, make(schema, known, name)]),
      ),
    );
  const fits = membersBy(fitting);
  const half = membersBy(inputFor);
  const some = fc.subarray(optional);
  // Of several members, often exactly one is to be given.
  const one = fc.subarray(optional, { maxLength: Math.min(optional.length, 1) });
  const extra = fc.dictionary(nasty.map(String), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 });
  return fc.oneof(
    { weight: 3, arbitrary: withOnly(fits, required, some) },
    { weight: 3, arbitrary: withOnly(fits, required, one) },
    { weight: 4, arbitrary: withOnly(half, required, some) },
    { weight: 1, arbitrary: withOnly(half, [], fc.subarray(names)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(withOnly(half, required, some), extra)
        .map(([own, more]) => ({ ...own, ...more })),
    },
  );
}

function withOnly(
  members: fc.Arbitrary<Record<string, unknown>>,
  always: string[],
  given: fc.Arbitrary<string[]>,
): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .tuple(members, given)
    .map(([all, names]) =>
      Object.fromEntries([...always, ...names].map((name) => [name, all[name]])),
    );
}

function integerOf(
  { minimum = 1, maximum = 2 ** 31 }: Schema,
  known: Known,
  name: string,
): Arbitrary {
  const edges = fc.constantFrom(0, -1, minimum, maximum, maximum + 1, 2 ** 53, 1e21, 1.5);
  const own = idName.test(name)
    ? idOf(known, name)
    : fc.integer({ min: minimum, max: Math.min(maximum, 5_000) });
  return fc.oneof({ weight: 4, arbitrary: own }, edges);
}

function textOf({ format, maxLength }: Schema, known: Known, name: string): Arbitrary {
  if (format === 'uuid' && name === 'sent_id') return mostly(fc.uuid());
  if (idName.test(name)) return mostly(idOf(known, name));
  if (/start|since/.test(name)) return mostly(instant);
  if (name === 'phone') return phone;
  if (name === 'emoji') return mostly(fc.constantFrom('👍', '🎉', '❤️', '👩‍👩‍👧‍👦'));
  if (format === 'email' || format === 'idn-email') return mostly(email);
  if (name === 'dob') return mostly(day.filter(isPast).map((text) => text.slice(0, 10)));
  if (format === 'date') return mostly(day.map((text) => text.slice(0, 10)));
  const long = fc.nat(2).map((more) => 'ä'.repeat((maxLength ?? 100) - 1 + more));
  const short = fc.string({ minLength: 1, maxLength: Math.min(maxLength ?? 30, 30) });
  return fc.oneof({ weight: 16, arbitrary: short }, nasty, long);
}

function idOf(known: Known, name: string): Arbitrary {
  const own = known[nounOf(known, name) ?? 'any'] ?? known.any;
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...own) },
    { weight: 1, arbitrary: fc.constantFrom(...known.any) },
    { weight: 1, arbitrary: fc.nat() },
  );
}

/** The last in the name: `chatMessageID` is of a message. */
function nounOf(known: Known, name: string): string | undefined {
  const place = (noun: string) => name.toLowerCase().lastIndexOf(noun);
  return Object.keys(known)
    .filter((noun) => place(noun) >= 0)
    .sort((a, b) => place(b) - place(a))[0];
}

function mostly(arbitrary: Arbitrary): Arbitrary {
  return fc.oneof({ weight: 12, arbitrary }, nasty);
}
