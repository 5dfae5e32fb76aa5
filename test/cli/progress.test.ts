import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { columns, wrap } from '../../src/cli/columns.ts';
import { duration, instant, several } from '../../src/figures.ts';
import { openLines } from '../../src/cli/lines.ts';
import { noCounts, type PipelineRun } from '../../src/run.ts';

const run: PipelineRun = {
  runId: '1',
  pipeline: 'contacts',
  startedAt: 0,
  finishedAt: 65_000,
  outcome: 'complete',
  counts: { ...noCounts, read: 20_000, inserted: 19_000, removed: 1 },
};

describe('progress without a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is a line per running pipeline every ten seconds, and one at its end', () => {
    const said: string[] = [];
    const lines = openLines(({ pipeline, text }) => said.push(`${pipeline} ${text}`));
    lines.on({ kind: 'started', pipeline: 'contacts' });
    lines.on({ kind: 'moved', pipeline: 'contacts', phase: 'full load', read: 100, expected: 20_000 });
    lines.on({ kind: 'moved', pipeline: 'contacts', phase: 'full load', read: 12_400, expected: 20_000 });
    lines.on({ kind: 'moved', pipeline: 'deals', phase: 'changes', read: 7 });
    expect(said).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(said).toEqual([
      'contacts full load: 12,400 of 20,000 (62 %), 6.2 s left',
      'deals changes: 7 read',
    ]);
    lines.on({ kind: 'finished', run });
    expect(said.at(-1)).toBe('contacts complete: 20,000 read, 19,000 inserted, 1 removed in 1 min 5 s');
    lines.close();
    vi.advanceTimersByTime(60_000);
    expect(said).toHaveLength(3);
  });

  it('never claims more than there is when records appear meanwhile', () => {
    const said: string[] = [];
    const lines = openLines(({ text }) => said.push(text));
    lines.on({ kind: 'moved', pipeline: 'contacts', phase: 'full load', read: 101, expected: 100 });
    vi.advanceTimersByTime(10_000);
    lines.close();
    expect(said).toEqual(['full load: 101 read']);
  });
});

describe('figures', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1500, '1.5 s'],
    [59_400, '59 s'],
    [60_000, '1 min 0 s'],
    [3_725_000, '1 h 2 min'],
    [100 * 3_600_000, '4 d 4 h'],
  ])('shows %d milliseconds as %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it('shows instants in UTC and counts with their noun', () => {
    expect(instant(Date.UTC(2026, 0, 31, 9, 30, 5))).toBe('2026-01-31 09:30:05 UTC');
    expect(instant(undefined)).toBe('–');
    expect([several(1, 'call'), several(12_000, 'call')]).toEqual(['1 call', '12,000 calls']);
  });
});

describe('columns', () => {
  it('are aligned, indented by two, without boxes and without blanks at the end', () => {
    const text = columns(
      [
        ['contacts', '5'],
        ['line_items', '12,000'],
      ],
      { head: ['pipeline', 'rows'], align: ['left', 'right'] },
    );
    expect(text).toBe('  pipeline      rows\n  contacts         5\n  line_items  12,000');
  });

  it('wrap long sentences under their beginning', () => {
    expect(wrap('one two three four', 12, 4)).toBe('one two\n    three\n    four');
  });
});
