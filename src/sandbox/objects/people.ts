import { hash } from '../random.ts';
import { companyForms, companyStems, companyTrades, firstNames, lastNames } from './words.ts';

export interface Person {
  readonly first: string;
  readonly last: string;
}

export function personOf(seed: number, n: number): Person {
  return {
    first: firstNames[hash(seed, n, 11) % firstNames.length] as string,
    last: lastNames[hash(seed, n, 12) % lastNames.length] as string,
  };
}

export interface Company {
  readonly name: string;
  readonly domain: string;
}

/** The number keeps domains apart when the word lists run out. */
export function companyOf(seed: number, n: number): Company {
  const stem = companyStems[hash(seed, n, 21) % companyStems.length] as string;
  const trade = companyTrades[hash(seed, n, 22) % companyTrades.length] as string;
  const form = companyForms[hash(seed, n, 23) % companyForms.length] as string;
  return { name: `${stem} ${trade} ${form}`, domain: `${slug(stem)}-${slug(trade)}${String(n)}.example` };
}

/** Lower-case ASCII for addresses. */
export function slug(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[^a-z0-9]/g, '');
}
