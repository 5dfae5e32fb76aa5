import { chance, randomFrom } from './random.ts';

/** What a record that a merge makes says of its times. Drawn apart, so that all else is as it would be without it. */
export function drawMerges(seed: number): { mergeMovesWatermark: boolean; mergeKeepsCreated: boolean } {
  const random = randomFrom(seed * 15_485_863);
  return { mergeMovesWatermark: chance(random, 0.5), mergeKeepsCreated: chance(random, 0.5) };
}
