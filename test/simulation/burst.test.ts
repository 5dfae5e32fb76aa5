import { expect, it } from 'vitest';
import { memoryEngine } from '../support/memory-engine.ts';
import { drawLife } from './life.ts';
import { playLife } from './play-life.ts';

it(
  'a life with more than 50,000 records in one millisecond ends in the truth',
  { timeout: 600_000 },
  async () => {
    const life = drawLife(3000);
    expect((await playLife(life, memoryEngine(life))).broken).toEqual([]);
  },
);
