import { expect, test } from 'vitest';
import { carts } from '../../pipelines/objects/carts.ts';
import { contacts } from '../../pipelines/objects/contacts.ts';
import { datedObject } from '../../src/transform/index.ts';

test('an object keeps the dates that it is said to have, if it has them', () => {
  const all = ['createdate', 'hs_createdate', 'hs_lastmodifieddate', 'lastmodifieddate'];
  expect(datedObject(contacts, all)).toEqual({ object: contacts, hasWatermark: true });
  expect(datedObject(carts, all)).toEqual({ object: carts, hasWatermark: true });
});

test('else those that it has', () => {
  const { object, hasWatermark } = datedObject(carts, ['createdate', 'lastmodifieddate']);
  expect(object).toEqual({ ...carts, created: 'createdate', watermark: 'lastmodifieddate' });
  expect(hasWatermark).toBe(true);
});

test('or none', () => {
  expect(datedObject(carts, ['hs_object_id'])).toEqual({ object: carts, hasWatermark: false });
});
