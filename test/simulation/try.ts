import { memoryEngine } from '../support/memory-engine.ts';
import { drawLife } from './life.ts';
import { playLife } from './play-life.ts';
const [first = 1, last = first] = process.argv.slice(2).map(Number);
for (let seed = first; seed <= last; seed++) {
  const t = performance.now();
  const found = await playLife(drawLife(seed), memoryEngine());
  console.log(seed, Math.round(performance.now() - t), found);
}
