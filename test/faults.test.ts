import { describeCatalogue, numbered } from './support/catalogue.ts';

describeCatalogue('test/faults.md', [
  ...numbered('F', 1, 83, 3),
  ...numbered('F', 98, 112, 3),
  ...numbered('F', 120, 136, 3),
]);
