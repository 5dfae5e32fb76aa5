import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { contacts } from '../pipelines/objects/contacts.ts';
import { deals } from '../pipelines/objects/deals.ts';
import { idleRules, noRules, sensitiveScopes, treatmentOf, type Privacy } from '../src/privacy.ts';
import { keyedHash } from '../src/transform/index.ts';
import { expectedTreatment } from './support/expected-treatment.ts';

function treated(properties: Privacy['properties'], name: string, dataSensitivity = 'non_sensitive'): string {
  return treatmentOf({ ...noRules, properties }, contacts, { name, dataSensitivity });
}

describe('what becomes of a property', () => {
  it.each([
    ['nothing named', {}, 'email', 'include'],
    ['excluded', { contacts: { exclude: ['email'] } }, 'email', 'exclude'],
    ['another one excluded', { contacts: { exclude: ['mail'] } }, 'email', 'include'],
    ['excluded for another object', { deals: { exclude: ['email'] } }, 'email', 'include'],
    ['hashed', { contacts: { hash: ['email'] } }, 'email', 'hash'],
    ['only others are included', { contacts: { include: ['phone'] } }, 'email', 'exclude'],
    [
      'hashed beside what is included',
      { contacts: { include: ['phone'], hash: ['email'] } },
      'email',
      'hash',
    ],
    ['excluded and hashed', { contacts: { exclude: ['em*'], hash: ['email'] } }, 'email', 'exclude'],
    ['refused and excluded', { contacts: { exclude: ['email'], refuse: ['*mail'] } }, 'email', 'refuse'],
    ['of every object', { '*': { exclude: ['email'] } }, 'email', 'exclude'],
    [
      'the object before every object',
      { '*': { exclude: ['email'] }, contacts: { hash: ['email'] } },
      'email',
      'hash',
    ],
    [
      'a list of the object before one of every',
      { '*': { include: ['email'] }, contacts: { include: ['phone'] } },
      'email',
      'exclude',
    ],
    ['a pattern in the middle', { contacts: { exclude: ['hs_*_date'] } }, 'hs_close_date', 'exclude'],
    ['a pattern is no expression', { contacts: { exclude: ['e.ail'] } }, 'email', 'include'],
    ['a pattern means the whole name', { contacts: { exclude: ['ema*l'] } }, 'email2', 'include'],
    ['needed, and excluded by a pattern', { contacts: { exclude: ['*'] } }, 'lastmodifieddate', 'include'],
    ['needed, and not included', { contacts: { include: ['email'] } }, 'hs_merged_object_ids', 'include'],
    [
      'needed of other objects only',
      { contacts: { exclude: ['hs_last*'] } },
      'hs_lastmodifieddate',
      'exclude',
    ],
  ])('%s', (_what, properties: Privacy['properties'], name, treatment) => {
    expect(treated(properties, name)).toBe(treatment);
  });

  it.each([
    ['nobody asks for it', 'exclude', {}, 'exclude'],
    ['asked for', 'include', {}, 'include'],
    ['hashed as sensitive, named as plain', 'hash', { contacts: { include: ['ssn'] } }, 'hash'],
    ['plain as sensitive, hashed by name', 'include', { contacts: { hash: ['ssn'] } }, 'hash'],
    ['excluded as sensitive, named as plain', 'exclude', { contacts: { include: ['ssn'] } }, 'exclude'],
    ['refused as sensitive', 'refuse', { contacts: { hash: ['ssn'] } }, 'refuse'],
    ['refused as sensitive, excluded by name', 'refuse', { contacts: { exclude: ['ssn'] } }, 'exclude'],
  ] as const)('sensitive: %s', (_what, sensitive, properties: Privacy['properties'], treatment) => {
    const privacy: Privacy = { properties, sensitivity: { sensitive, highly_sensitive: 'exclude' } };
    expect(treatmentOf(privacy, contacts, { name: 'ssn', dataSensitivity: 'sensitive' })).toBe(treatment);
  });

  it('takes a sensitivity that it does not know for the highest', () => {
    const privacy: Privacy = {
      properties: {},
      sensitivity: { sensitive: 'include', highly_sensitive: 'hash' },
    };
    expect(treatmentOf(privacy, contacts, { name: 'x', dataSensitivity: 'secret' })).toBe('hash');
  });

  it('is what the tests work out in another way', () => {
    const word = fc.constantFrom('include', 'exclude', 'hash', 'refuse');
    const name = fc.stringMatching(/^[ab_]{1,4}$/);
    const pattern = fc.stringMatching(/^[ab_*]{1,5}$/);
    const lists = fc.dictionary(word, fc.array(pattern, { maxLength: 3 }), { maxKeys: 4 });
    const properties = fc.dictionary(fc.constantFrom('contacts', 'deals', '*'), lists, { maxKeys: 3 });
    const sensitivity = fc.record({ sensitive: word, highly_sensitive: word });
    const level = fc.constantFrom('non_sensitive', 'sensitive', 'highly_sensitive');
    const samples = fc.tuple(properties, sensitivity, fc.constantFrom(contacts, deals), name, level);
    fc.assert(
      fc.property(samples, ([rules, bySensitivity, object, property, dataSensitivity]) => {
        const privacy = { properties: rules, sensitivity: bySensitivity } as Privacy;
        const spec = { name: property, ...(dataSensitivity !== 'non_sensitive' && { dataSensitivity }) };
        expect(treatmentOf(privacy, object, { name: property, dataSensitivity })).toBe(
          expectedTreatment(privacy, object, spec),
        );
      }),
      { numRuns: 2000 },
    );
  });
});

it('names the rules of an object that mean nothing', () => {
  const properties = { contacts: { exclude: ['emial', 'hs_*'], hash: ['phone'] }, deals: { exclude: ['x'] } };
  expect(idleRules({ ...noRules, properties }, 'contacts', ['email', 'phone', 'hs_ip'])).toEqual([
    { object: 'contacts', treatment: 'exclude', name: 'emial' },
  ]);
});

it('knows the scopes of sensitive values', () => {
  expect(sensitiveScopes(['crm.objects.deals.read', 'crm.schemas.deals.read'], 'sensitive')).toEqual([
    'crm.objects.deals.sensitive.read',
    'crm.objects.deals.sensitive.read.v2',
  ]);
  expect(sensitiveScopes(['tickets'], 'highly_sensitive')).toEqual(['tickets.highly_sensitive']);
});

it('hashes what HubSpot gives, to the letter', () => {
  const [one, other] = [keyedHash('k'.repeat(32)), keyedHash('l'.repeat(32))];
  const value = ' Ünicode@Example.com ';
  expect(one.of(value)).toBe(createHmac('sha256', 'k'.repeat(32)).update(value).digest('hex'));
  expect(one.of(value)).not.toBe(other.of(value));
  expect(one.fingerprint).not.toBe(other.fingerprint);
  expect(one.fingerprint).toHaveLength(12);
});
