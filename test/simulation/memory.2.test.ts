import { memoryEngine } from '../support/memory-engine.ts';
import { describeLives } from './lives.ts';

describeLives('lives with a warehouse in memory', {
  warehouse: 'memory',
  from: 111,
  to: 220,
  engine: (life) => Promise.resolve(memoryEngine(life)),
});
