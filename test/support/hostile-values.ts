import fc from 'fast-check';
import { dates, datetimes, documents, lists, numbers, texts } from './hostile-lists.ts';

/** A property of each type that HubSpot has, and of one that it may invent. */
export const kinds = {
  a_text: { type: 'string', fieldType: 'text' },
  an_html: { type: 'string', fieldType: 'html' },
  a_phone: { type: 'phone_number', fieldType: 'phonenumber' },
  an_unknown: { type: 'quantum_state', fieldType: 'text' },
  a_number: { type: 'number', fieldType: 'number' },
  a_calculation: { type: 'number', fieldType: 'calculation_equation' },
  a_bool: { type: 'bool', fieldType: 'booleancheckbox' },
  a_datetime: { type: 'datetime', fieldType: 'date' },
  a_date: { type: 'date', fieldType: 'date' },
  a_choice: { type: 'enumeration', fieldType: 'select' },
  a_yes_or_no: { type: 'enumeration', fieldType: 'booleancheckbox' },
  an_owner: { type: 'enumeration', fieldType: 'select', referencedObjectType: 'OWNER' },
  some_choices: { type: 'enumeration', fieldType: 'checkbox' },
  a_json: { type: 'json', fieldType: 'text' },
  a_place: { type: 'object_coordinates', fieldType: 'text' },
} as const;

export type Values = { readonly [Name in keyof typeof kinds]: string | null };

const byType: Readonly<Record<string, readonly string[]>> = {
  number: numbers,
  bool: ['true', 'FALSE', 'True', '1', 'yes', 't', ' true', 'null', 'tru\u0065\0'],
  datetime: datetimes,
  date: dates,
  json: documents,
  object_coordinates: documents,
};

/** All that is known to be hostile to a column of this kind, and to others. */
function hostileTo(name: keyof Values): readonly string[] {
  const { type, fieldType } = kinds[name];
  if (type === 'enumeration' && fieldType === 'checkbox') return [...lists, ...texts];
  return [...(byType[type] ?? []), ...texts];
}

const digits = fc.stringMatching(/^\d{1,45}$/);

const drawn: Readonly<Record<string, fc.Arbitrary<string>>> = {
  number: fc.oneof(
    fc.double().map(String),
    fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
    fc.stringMatching(/^[+-]?\d{0,25}\.?\d{0,45}(?:[eE][+-]?\d{1,4})?$/),
  ),
  datetime: fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.stringMatching(
      /^(?:[01]\d|2[0-3])\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-6]\d(?::[0-6]\d(?:\.\d{1,7})?)?(?:Z|[+-][0-2]\d:[0-6]\d)$/,
    ),
    digits,
  ),
  date: fc.oneof(fc.stringMatching(/^\d{4}-[01]\d-[0-3]\d$/), digits),
  bool: fc.mixedCase(fc.constantFrom('true', 'false')),
  json: fc.oneof(
    fc.json({ maxDepth: 4, stringUnit: 'binary' }),
    fc.stringMatching(/^\{"[ab\\u0]{1,4}":-?\d{1,20}(?:\.\d{1,20})?(?:e[+-]?\d{1,4})?,"[ab]":null\}$/),
  ),
  list: fc
    .array(fc.oneof(fc.constantFrom(';', '"', ',', '{', '}', '\\', 'NULL', ' '), fc.string()))
    .map((parts) => parts.join('')),
};

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  // Half pairs too.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
    .map((codes) => String.fromCharCode(...codes)),
  fc
    .array(fc.constantFrom('\\', '\t', '\n', '\r', 'N', '.', '"', '{', '}', ',', ';', '\0'), {
      maxLength: 12,
    })
    .map((parts) => parts.join('')),
);

function valueOf(name: keyof Values): fc.Arbitrary<string | null> {
  const { type, fieldType } = kinds[name];
  const own = drawn[type === 'object_coordinates' ? 'json' : fieldType === 'checkbox' ? 'list' : type];
  return fc.option(
    fc.oneof(
      // What is long takes its time, and is shown elsewhere.
      fc.constantFrom(...hostileTo(name).filter(({ length }) => length < 2000)),
      anyText,
      ...(own === undefined ? [] : [own, own]),
    ),
    { nil: null, freq: 8 },
  );
}

const names = Object.keys(kinds) as (keyof Values)[];

/** A record's values. */
export const anyValues: fc.Arbitrary<Values> = fc.record(
  Object.fromEntries(names.map((name) => [name, valueOf(name)])) as {
    [Name in keyof Values]: fc.Arbitrary<string | null>;
  },
);

/** Records that between them have every hostile value in every property. */
export function everyHostileValue(): readonly Values[] {
  const most = Math.max(...names.map((name) => hostileTo(name).length));
  return Array.from(
    { length: most },
    (_, i) => Object.fromEntries(names.map((name) => [name, hostileTo(name)[i] ?? null])) as Values,
  );
}
