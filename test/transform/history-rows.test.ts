import { describe, expect, it } from 'vitest';
import { propertyHistory } from '../../pipelines/property-history.ts';
import type { HistoryEntry, RecordHistory } from '../../src/history.ts';
import { historyRows, keyedHash, type TrackedProperty } from '../../src/transform/index.ts';

const { table } = propertyHistory;
const at = Date.parse('2026-03-01T10:00:00.000Z');
const plain: TrackedProperty = { name: 'stage', treatment: { kind: 'include' } };
const hash = keyedHash('k'.repeat(32));

const entry = (value: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  value,
  at,
  sourceType: null,
  sourceId: null,
  sourceLabel: null,
  userId: null,
  ...more,
});

const record = (entries: readonly HistoryEntry[], value: string | null): RecordHistory => ({
  id: '9007199254740993',
  properties: [{ property: 'stage', value, entries }],
});

const shape = (tracked: TrackedProperty) => ({ table, objectType: 'deals', tracked: [tracked] });

describe('a row of history', () => {
  it('has the value verbatim, and what set it', () => {
    const full = { sourceType: 'CRM_UI', sourceId: 'userId:7', sourceLabel: '', userId: '9000011' };
    expect(historyRows(shape(plain), record([entry(' a ', full)], ' a '), [])).toEqual([
      [
        'deals',
        '9007199254740993',
        'stage',
        '2026-03-01T10:00:00.000Z',
        ' a ',
        'CRM_UI',
        'userId:7',
        null,
        '9000011',
      ],
    ]);
  });

  it('has an empty value where the property was cleared, never none', () => {
    const [row] = historyRows(shape(plain), record([entry('')], null), []);
    expect(row?.slice(4)).toEqual(['', null, null, null, null]);
  });

  it('can be stored whatever HubSpot writes', () => {
    const hostile = entry('a\0b\ud800', { sourceLabel: '\0', sourceType: 'x\udfff', userId: 'nobody' });
    const [row] = historyRows(shape(plain), record([hostile], null), []);
    expect(row?.slice(4)).toEqual(['ab\ufffd', 'x\ufffd', null, '', null]);
  });

  it('is put a microsecond behind one of the same instant, as what is stored says', () => {
    const stored = [{ property: 'stage', changedAt: '2026-03-01T10:00:00.000004Z', value: 'gone' }];
    const rows = historyRows(shape(plain), record([entry('a')], 'a'), stored);
    expect(rows.map((row) => row[3])).toEqual(['2026-03-01T10:00:00.000005Z']);
  });

  it('has a hashed value where the rules say so, but for a cleared one; none of what was not asked for', () => {
    const hashed: TrackedProperty = { name: 'stage', treatment: { kind: 'hash', hash } };
    const rows = historyRows(shape(hashed), record([entry('', { at: at - 1 }), entry('a')], 'a'), []);
    expect(rows.map((row) => row[4])).toEqual(['', hash.of('a')]);
    expect(historyRows(shape({ ...plain, name: 'other' }), record([entry('a')], 'a'), [])).toEqual([]);
  });
});
