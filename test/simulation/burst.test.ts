import { expect, it } from 'vitest';
import { memoryEngine } from '../support/memory-engine.ts';
import { trySeed } from './seeds.ts';

it(
  'a life with more than 50,000 records in one millisecond ends in the truth',
  { timeout: 600_000 },
  async () => {
    const engine = ({ rowsPerBatch }: { readonly rowsPerBatch?: number }) =>
      Promise.resolve(memoryEngine(rowsPerBatch));
    expect(await trySeed(3000, engine)).toBeUndefined();
  },
);
