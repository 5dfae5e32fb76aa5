import { z } from 'zod';
import { treatments, type Privacy } from '../src/privacy.ts';
import { customPrefix, type ObjectPipeline } from '../src/pipeline.ts';
import type { Pair } from '../src/source.ts';

/** How a setting is written and what it becomes. */
export interface Kind<T> {
  /** Checks a value as YAML gives it. Its messages finish the sentence "<setting> …". */
  readonly type: z.ZodType<T>;
  /** An environment variable or a flag, which are text, as YAML would give it. */
  fromText(text: string): unknown;
}

const durationMust = 'must be a duration such as 60s, 15m or 1h';

export const duration: Kind<number> = {
  type: z
    .union([z.literal(0), z.string().regex(/^(0|\d{1,9}(ms|s|m|h|d))$/, durationMust)], durationMust)
    .transform((written) => milliseconds(String(written))),
  fromText: (text) => text,
};

/** No query is billed for less, so that a lower limit would refuse them all (BigQuery pricing, on-demand). */
const leastBilled = 10 * 1024 ** 2;
const billedMust = 'must be a size such as 50GB or 40GiB, and 10MiB at least';

/** Bytes that a query may be billed for, in units of 1000 or of 1024. */
export const billedBytes: Kind<number> = {
  type: z
    .string(billedMust)
    .regex(/^\d{1,9}[KMGT]i?B$/, billedMust)
    .transform(bytesOf)
    .refine((given) => given >= leastBilled && Number.isSafeInteger(given), billedMust),
  fromText: (text) => text,
};

export function whole(min: number, max: number): Kind<number> {
  const error = `must be a whole number from ${min} to ${max}`;
  return { type: z.number(error).int(error).min(min, error).max(max, error), fromText: toNumber };
}

export function number(min: number, max: number): Kind<number> {
  const error = `must be a number from ${min} to ${max}`;
  return { type: z.number(error).min(min, error).max(max, error), fromText: toNumber };
}

export function oneOf<const Word extends string>(words: readonly Word[]): Kind<Word> {
  const error = `must be one of ${words.join(', ')}`;
  return { type: z.enum(words, { error }), fromText: (text) => text.toLowerCase() };
}

export function someOf<const Word extends string>(words: readonly Word[]): Kind<readonly Word[]> {
  const error = `must be a list of ${words.join(', ')}`;
  const word = z.enum(words, { error });
  return {
    type: z
      .array(word, error)
      .min(1, error)
      .transform((given) => [...new Set(given)]),
    fromText: splitList,
  };
}

export function text(pattern: RegExp, must: string): Kind<string> {
  return { type: z.string(must).regex(pattern, must), fromText: (given) => given };
}

const addressMust = 'must be an address such as 127.0.0.1:8080, or off';
const addressWritten = /^(off|:?\d{1,5}|(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5})$/;

export const address: Kind<Address | undefined> = {
  type: z
    .union([z.int(addressMust), z.string().regex(addressWritten, addressMust)], addressMust)
    .transform((written) => addressOf(String(written)))
    .refine((given) => given === undefined || given.port <= 65_535, 'must have a port up to 65535'),
  fromText: (given) => given,
};

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export const names: Kind<readonly string[]> = {
  type: z
    .array(z.string('must be a name'), 'must be a list such as [contacts, deals]')
    .min(1, 'must name at least one, or be left out')
    .transform((given) => [...new Set(given)]),
  fromText: splitList,
};

const pairWritten = /^(\d+-\d+|\w+)-(\d+-\d+|\w+)$/;
const pairsMust = 'must be pairs such as {deals: [contacts, companies]} or [deals-contacts, deals-companies]';

export const pairs: Kind<readonly Pair[]> = {
  type: z
    .union(
      [
        z.array(z.string(pairsMust).regex(pairWritten, pairsMust), pairsMust),
        z.record(z.string(), z.array(z.string(pairsMust), pairsMust), pairsMust),
      ],
      pairsMust,
    )
    .transform((given) => (Array.isArray(given) ? given.map(pairOf) : Object.entries(given).flatMap(fan))),
  fromText: splitList,
};

const rulesMust = 'must be rules by object such as {contacts: {exclude: [hs_ip_*], hash: [email]}}';
const ruleMust = `must be ${treatments.join(', ')}, each with a list of properties`;
const patterns = z
  .array(
    z.string(rulesMust).regex(/^[^\s,]+$/, 'must be names of properties, with * for any characters'),
    ruleMust,
  )
  .optional();

export const propertyRules: Kind<Privacy['properties']> = {
  type: z.record(
    z.string(),
    z.strictObject({ refuse: patterns, exclude: patterns, hash: patterns, include: patterns }, ruleMust),
    rulesMust,
  ),
  fromText: (given) => {
    try {
      return JSON.parse(given) as unknown;
    } catch {
      return given;
    }
  },
};

const objectNameMust = `must have names of lower-case letters, digits and _ that do not begin with ${customPrefix}`;
const objectsMust = 'must be objects such as {widgets: {typeId: 0-999}}';
const segment = z
  .string('must be a word of letters, digits, _ and -')
  .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be a word of letters, digits, _ and -');
const words = z.array(segment, 'must be a list of names').default([]);

const furtherObject = z.strictObject(
  {
    typeId: z
      .string('must be an object type id such as 0-999')
      .regex(/^\d{1,9}-\d{1,20}$/, 'must be an object type id such as 0-999'),
    label: z.string('must be a text').optional(),
    object: segment.optional(),
    watermark: segment.default('hs_lastmodifieddate'),
    created: segment.default('hs_createdate'),
    scopes: z.array(z.string('must be a scope'), 'must be a list of scopes').default([]),
    staged: z.boolean('must be true or false').default(false),
    associations: words,
    history: words,
  },
  objectsMust,
);

/** Objects that Keyway does not know by itself, by the name of their table. */
export const objects: Kind<readonly ObjectPipeline[]> = {
  type: z
    .record(z.string(), furtherObject, objectsMust)
    .refine((given) => Object.keys(given).every(isObjectName), objectNameMust)
    .transform((given) => Object.entries(given).map(([name, object]) => objectOf(name, object))),
  fromText: (given) =>
    Object.fromEntries(
      splitList(given).map((part) => {
        const [name = '', typeId = ''] = part.split('=');
        return [name, { typeId }];
      }),
    ),
};

function isObjectName(name: string): boolean {
  return /^[a-z][a-z0-9_]{0,62}$/.test(name) && !name.startsWith(customPrefix);
}

function objectOf(
  name: string,
  { object, label = name, ...given }: z.output<typeof furtherObject>,
): ObjectPipeline {
  const description = `${label}: one row per record of HubSpot's object ${given.typeId}`;
  // Where HubSpot merges its records after all, no row may be left over.
  return { kind: 'object', name, object: object ?? given.typeId, label, description, merges: true, ...given };
}

const namedWritten = /^(\d+-\d+|\w+)\.(.+)$/;
const namedMust =
  'must name properties by object, such as {deals: [dealstage, amount], contacts: []} or [deals.dealstage, deals.amount]';

/** Names of properties by object. */
export const byObject: Kind<Readonly<Record<string, readonly string[]>>> = {
  type: z
    .union(
      [
        z.array(z.string(namedMust).regex(namedWritten, namedMust), namedMust),
        z.record(z.string(), z.array(z.string(namedMust).min(1, namedMust), namedMust), namedMust),
      ],
      namedMust,
    )
    .transform((given) => grouped(Array.isArray(given) ? given.map(namedOf) : Object.entries(given))),
  fromText: splitList,
};

function milliseconds(written: string): number {
  const [, amount = '0', unit = 'ms'] = /^(\d+)(\D*)$/.exec(written) ?? [];
  return Number(amount) * (unitLengths[unit] ?? 1);
}

const unitLengths: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function bytesOf(written: string): number {
  const [, amount = '0', prefix = 'K', binary = ''] = /^(\d+)(.)(i?)/.exec(written) ?? [];
  return Number(amount) * (binary === '' ? 1000 : 1024) ** ('KMGT'.indexOf(prefix) + 1);
}

function addressOf(written: string): Address | undefined {
  if (written === 'off') return undefined;
  const [, host = '', port = ''] = /^(?:(.*):)?(\d+)$/.exec(written) ?? [];
  return { host: host.replace(/^\[(.*)\]$/, '$1') || '127.0.0.1', port: Number(port) };
}

function toNumber(given: string): unknown {
  return /^-?\d+(\.\d+)?$/.test(given) ? Number(given) : given;
}

function splitList(given: string): string[] {
  return given.split(/[\s,]+/).filter((part) => part !== '');
}

function pairOf(written: string): Pair {
  const [, from = '', to = ''] = pairWritten.exec(written) ?? [];
  return { from, to };
}

function namedOf(written: string): [string, readonly string[]] {
  const [, object = '', property = ''] = namedWritten.exec(written) ?? [];
  return [object, [property]];
}

function grouped(given: readonly [string, readonly string[]][]): Record<string, readonly string[]> {
  const all = new Map<string, Set<string>>();
  for (const [object, properties] of given) {
    all.set(object, new Set([...(all.get(object) ?? []), ...properties]));
  }
  return Object.fromEntries([...all].map(([object, properties]) => [object, [...properties]]));
}

function fan([from, targets]: readonly [string, readonly string[]]): Pair[] {
  return targets.map((to) => ({ from, to }));
}
