import fc from 'fast-check';

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

/** What text formats of databases, JSON and people give a meaning to. */
const texts = [
  '',
  ' ',
  'NULL',
  'null',
  '\\N',
  '\\.',
  'a\n\\.\nb',
  '\\',
  '\\\\N',
  '\t',
  'a\tb\r\nc\rd\ne',
  '\b\f\v\u0001\u001f\u007f\u0085\u2028\u2029\ufeff\ufffe',
  '"',
  "''; drop table tickets; --",
  '{"a","b"}',
  '{,"id":"1","properties":{}}',
  ',{"id":"',
  '],"paging":null',
  'a\0b',
  '\0',
  '\ud800',
  'x\udfffy\ud83d',
  'e\u0301 \u00e9',
  '👩‍👩‍👧🏳️‍🌈 \u{10ffff}',
  '\u202eﷺ مرحبا עברית\u202c',
  '<p onclick="x">1 &lt; 2</p>\n<!-- -->',
  'x'.repeat(65_536),
  'ü\\\n"'.repeat(16_384),
  '😀'.repeat(32_768),
];

const numbers = [
  '1e400',
  '-1e400',
  '1e-400',
  'NaN',
  'Infinity',
  '-Infinity',
  'inf',
  '-0',
  '-0.00',
  '0e99999',
  '+5',
  ' 7',
  '1,234.5',
  '1_000',
  '0x10',
  '１２',
  '.5',
  '5.',
  '.',
  '1.10',
  '007',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775809',
  '1234567890123456789012345678901234567890',
  '0.1234567890123456789012345678901234567890',
  '-12345678901234567890.12345678901234567890',
  '1.7976931348623157e308',
  '1.8e308',
  '5e-324',
  '2e-324',
  `1${'0'.repeat(308)}`,
  `-9${'0'.repeat(307)}`,
  '9'.repeat(310),
  `0.${'3'.repeat(1000)}`,
  `0.${'3'.repeat(1001)}`,
  `0.${'0'.repeat(20_000)}1`,
  `${'0'.repeat(2000)}1.5`,
  `${'1'.repeat(300)}e-300`,
  '1e0000000000003',
  '1e9999999999',
  '0e-99999999999',
];

const datetimes = [
  '0001-01-01T00:00:00Z',
  '0001-01-01T00:00:00+02:00',
  '0000-12-31T23:59:59Z',
  '9999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59.999999Z',
  '9999-12-31T23:59:59.999-00:01',
  '10000-01-01T00:00:00Z',
  '+010000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '2016-12-31T23:59:60Z',
  '2016-12-31T24:00:00Z',
  '2024-02-29T12:00:00.000Z',
  '2023-02-29T12:00:00.000Z',
  '2000-02-29T23:59:59Z',
  '1900-02-29T00:00:00Z',
  '2026-03-29T02:30:00.000Z',
  '2026-01-31T09:30:17Z',
  '2026-01-31T09:30Z',
  '2026-01-31T09:30:17.1Z',
  '2026-01-31T09:30:17.1234Z',
  '2026-01-31T09:30:17.123456Z',
  '2026-01-31T09:30:17.1234567Z',
  '2026-01-31T09:30:17.123456+05:45',
  '2026-01-31T00:10:17-11:30',
  '2026-01-31T09:30:17+0200',
  '2026-01-31 09:30:17',
  '2026-01-31T09:30:17',
  '2026-01-31',
  '0',
  '-1',
  '-0',
  '1769851800123',
  '-62135596800000',
  '-62135596800001',
  '253402300799999',
  '253402300800000',
  '1769851800.5',
  '1.7698518e12',
  'yesterday',
];

const dates = [
  '0001-01-01',
  '0000-01-01',
  '9999-12-31',
  '10000-01-01',
  '2024-02-29',
  '2023-02-29',
  '1900-02-29',
  '2000-02-29',
  '2026-1-1',
  '2026-04-31',
  '1769817600000',
  '1769851800000',
  '0',
  '-86400000',
  '-62135596800000',
  '-62135683200000',
  '253402214400000',
  '253402300800000',
  '31.12.2025',
  '2026-01-01T00:00:00Z',
  '2026-W01-1',
];

const lists = [
  ';',
  ';;;',
  'a;b',
  ';a;b;',
  'a;;b',
  ' a ; b ',
  '"a";\'b\'',
  'a,b;{c};c\\d;NULL;null;"',
  '{};{"a"};\\;\\N;\\.',
  'a\tb;c\nd\re',
  '\0;a\0;\ud800',
  '😀;שלום;\u202e',
  `${'x'.repeat(60_000)};y`,
  Array.from({ length: 5000 }, (_, i) => i).join(';'),
];

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

const documents = [
  'null',
  'true',
  '"text"',
  '12345678901234567890.10',
  '{}',
  '[]',
  ' {"b" : 1.10,\n"a":[ ]} ',
  '{"a":1,"a":2}',
  '{"a":{"b":1,"c":2,"b":1}}',
  '[{"a":1},{"a":2}]',
  '{"__proto__":{"x":1},"constructor":2,"":3}',
  '{"__proto__":1,"__proto__":2}',
  String.raw`{"a\u0000":1}`,
  String.raw`{"a\u0000":1,"a":2}`,
  String.raw`{"\ud800":1,"\udbff":2}`,
  String.raw`{"a":"\u0000","b":"\ud83d\ude00 \ud800","c":"\\u0000"}`,
  String.raw`{"\"a\":":"{\"b\":1}:"}`,
  '{"a":"\ud800"}',
  '{"a":\0 1}',
  '[1e400]',
  '[1e-400]',
  '[1e-20000]',
  '[0e99999, -0, 0e-99999, 5e-324, 1e308]',
  `[${'9'.repeat(500)}]`,
  `[0.${'1'.repeat(20_000)}]`,
  '[9007199254740993,9223372036854775808,1E5,1.5e-3]',
  nested(400),
  nested(501),
  nested(502),
  nested(10_000),
  '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
  '['.repeat(10_000),
  `"${'x'.repeat(65_000)}"`,
  `["${'['.repeat(10_000)}"]`,
  '{not json',
  "{'a':1}",
  '[1,]',
  '[01]',
  '[NaN]',
  '37.77,-122.42',
  '{"latitude":52.5,"longitude":13.4}',
  '{"a":"tab\\t nl\\n back\\\\ quote\\" \\/"}',
  '\ufeff{}',
];

const byType: Readonly<Record<string, readonly string[]>> = {
  number: numbers,
  bool: ['true', 'FALSE', 'True', '1', 'yes', 't', ' true', 'null', 'tru\u0065\0'],
  datetime: datetimes,
  date: dates,
  json: documents,
  object_coordinates: documents,
};

/** All that is known to be hostile to a column of this kind, and to others. */
export function hostileTo(name: keyof Values): readonly string[] {
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
