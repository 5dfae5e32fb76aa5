import { describeCatalogue, numbered } from './support/catalogue.ts';

describeCatalogue('test/security.md', [
  ...numbered('S', 1, 10, 2),
  ...numbered('S', 13, 15, 2),
  ...numbered('S', 26, 31, 2),
]);
