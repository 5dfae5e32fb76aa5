import { z } from 'zod';
import { treatments, type Privacy } from '../src/privacy.ts';
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

function fan([from, targets]: readonly [string, readonly string[]]): Pair[] {
  return targets.map((to) => ({ from, to }));
}
