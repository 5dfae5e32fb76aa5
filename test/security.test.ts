import { describeCatalogue, numbered } from './support/catalogue.ts';

describeCatalogue('test/security.md', [...numbered('S', 1, 10, 2), 'S30']);
