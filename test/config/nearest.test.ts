import { describe, expect, it } from 'vitest';
import { nearest } from '../../config/index.ts';

const names = ['contacts', 'companies', 'deals', 'tickets', 'line_items'];

describe('the nearest name', () => {
  it.each([
    ['contact', 'contacts'],
    ['cotnacts', 'contacts'],
    ['Deals', 'deals'],
    ['deal', 'deals'],
    ['lineitems', 'line_items'],
    ['compnies', 'companies'],
  ])('to %s is %s', (written, meant) => {
    expect(nearest(written, names)).toBe(meant);
  });

  it('is none when nothing is near', () => {
    expect(nearest('invoices', names)).toBeUndefined();
    expect(nearest('x', names)).toBeUndefined();
    expect(nearest('', names)).toBeUndefined();
  });

  it('counts two swapped letters as one mistake', () => {
    expect(nearest('ab', ['ba'])).toBeUndefined();
    expect(nearest('abc', ['acb', 'xyz'])).toBe('acb');
  });
});
