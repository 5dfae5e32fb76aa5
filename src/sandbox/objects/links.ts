import { hash } from '../random.ts';
import type { Facts } from './draw.ts';
import { dealCompanyOf, primaryCompanyOf, sharedTarget } from './graph.ts';

/** A kind of link between two objects. Type ids depend on the direction in which it is read. */
export interface LinkType {
  readonly category: 'HUBSPOT_DEFINED' | 'USER_DEFINED';
  readonly forward: number;
  readonly reverse: number;
  readonly label: string | null;
  /** The label seen from the other side, where it differs. */
  readonly reverseLabel?: string;
}

/** Which objects are linked, in which ways, and with whom the record number `n` of the first object is linked. */
export interface LinkPair {
  readonly from: string;
  readonly to: string;
  readonly types: readonly LinkType[];
  /** HubSpot answers some pairs in one direction only. */
  readonly oneWay?: boolean;
  /** Target numbers, each with a bit for every type that the link has. */
  draw(facts: Facts, n: number): readonly (readonly [target: number, types: number])[];
}

const standard = (forward: number, reverse: number, label: string | null = null): LinkType => ({
  category: 'HUBSPOT_DEFINED',
  forward,
  reverse,
  label,
});
const custom = (forward: number, reverse: number, label: string | null, reverseLabel?: string): LinkType => ({
  category: 'USER_DEFINED',
  forward,
  reverse,
  label,
  ...(reverseLabel === undefined ? {} : { reverseLabel }),
});

const unlabelled = 1;
const primary = 3;

/** A company of which everybody knows somebody: more contacts than one answer holds. */
const popularCompany = 0;
const friendsOfThePopular = 700;

type Draws = LinkPair['draw'];

const oneTarget =
  (object: string, salt: number, share: number): Draws =>
  (facts, n) => {
    const target = sharedTarget(facts, { object, from: n, salt, share });
    return target === undefined ? [] : [[target, unlabelled]];
  };

const contactCompanies: Draws = (facts, n) => {
  const links = new Map<number, number>();
  const first = primaryCompanyOf(facts, n);
  const h = hash(facts.seed, n, 71);
  if (first !== undefined) links.set(first, primary | (h % 20 === 0 ? 4 : 0) | (h % 33 === 0 ? 8 : 0));
  const second =
    h % 15 === 0 ? sharedTarget(facts, { object: 'companies', from: n, salt: 72, share: 1 }) : undefined;
  if (second !== undefined && !links.has(second)) links.set(second, unlabelled);
  if (n < friendsOfThePopular && facts.count('companies') > 0 && !links.has(popularCompany))
    links.set(popularCompany, unlabelled);
  return [...links];
};

const dealContacts: Draws = (facts, n) => {
  const links = new Map<number, number>();
  for (let k = 0; k < hash(facts.seed, n, 73) % 4; k += 1) {
    const target = sharedTarget(facts, { object: 'contacts', from: n, salt: 74 + k, share: 1 });
    if (target !== undefined) links.set(target, unlabelled | (k === 0 && n % 3 === 0 ? 2 : 0));
  }
  return [...links];
};

const companyChildren: Draws = (facts, n) => {
  const child = n * 3 + 2;
  return n % 4 === 1 && child < facts.count('companies') ? [[child, n % 8 === 1 ? 1 : 2]] : [];
};

export const linkPairs: readonly LinkPair[] = [
  {
    from: 'contacts',
    to: 'companies',
    types: [
      standard(279, 280),
      standard(1, 2, 'Primary'),
      standard(931, 930, 'Billing contact'),
      custom(37, 38, 'Decides for', 'Decision maker'),
    ],
    draw: contactCompanies,
  },
  { from: 'deals', to: 'contacts', types: [standard(3, 4), custom(41, 42, 'Champion')], draw: dealContacts },
  {
    from: 'deals',
    to: 'companies',
    types: [standard(341, 342), standard(5, 6, 'Primary')],
    draw: (facts, n) => {
      const target = dealCompanyOf(facts, n);
      return target === undefined ? [] : [[target, primary]];
    },
  },
  { from: 'tickets', to: 'contacts', types: [standard(16, 15)], draw: oneTarget('contacts', 81, 0.95) },
  {
    from: 'tickets',
    to: 'companies',
    types: [standard(339, 340), standard(26, 25, 'Primary')],
    draw: (facts, n) => oneTarget('companies', 82, 0.6)(facts, n).map(([target]) => [target, primary]),
  },
  { from: 'deals', to: 'tickets', types: [standard(27, 28)], draw: oneTarget('tickets', 83, 0.1) },
  {
    from: 'companies',
    to: 'companies',
    types: [standard(13, 14, 'Child Company'), standard(450, 450)].map((type, i) =>
      i === 0 ? { ...type, reverseLabel: 'Parent Company' } : type,
    ),
    draw: companyChildren,
  },
  { from: 'notes', to: 'contacts', types: [standard(202, 201)], draw: oneTarget('contacts', 84, 0.8) },
  { from: 'notes', to: 'companies', types: [standard(190, 189)], draw: oneTarget('companies', 85, 0.3) },
  { from: 'notes', to: 'deals', types: [standard(214, 213)], draw: oneTarget('deals', 86, 0.3) },
  { from: 'calls', to: 'contacts', types: [standard(194, 193)], draw: oneTarget('contacts', 87, 0.9) },
  { from: 'tasks', to: 'contacts', types: [standard(204, 203)], draw: oneTarget('contacts', 88, 0.7) },
  { from: 'tasks', to: 'deals', types: [standard(216, 215)], draw: oneTarget('deals', 89, 0.4) },
  { from: 'meetings', to: 'contacts', types: [standard(200, 199)], draw: oneTarget('contacts', 90, 0.95) },
  { from: 'emails', to: 'contacts', types: [standard(198, 197)], draw: oneTarget('contacts', 91, 0.95) },
  {
    from: 'machines',
    to: 'companies',
    types: [custom(61, 62, null), custom(63, 64, 'Stands at', 'Site of')],
    draw: (facts, n) =>
      oneTarget('companies', 92, 0.9)(facts, n).map(([target]) => [target, n % 2 === 0 ? 1 : 3]),
  },
  { from: 'leads', to: 'contacts', types: [standard(608, 609)], draw: oneTarget('contacts', 94, 0.95) },
  { from: 'leads', to: 'companies', types: [standard(610, 611)], draw: oneTarget('companies', 95, 0.6) },
  {
    from: 'leads',
    to: 'deals',
    types: [standard(1037, 1038)],
    oneWay: true,
    draw: oneTarget('deals', 96, 0.3),
  },
  { from: 'line_items', to: 'deals', types: [standard(20, 19)], draw: oneTarget('deals', 97, 0.9) },
  { from: 'deals', to: 'machines', types: [custom(65, 66, null)], draw: oneTarget('machines', 93, 0.2) },
];
