import { describeCatalogue, numbered } from './support/catalogue.ts';

describeCatalogue('test/invariants.md', numbered('I', 1, 20, 1));
