import { fills, pick, roll } from './draw.ts';
import type { Draw } from './draw.ts';
import type { ObjectDefinition } from './definition.ts';
import { companyOf } from './people.ts';
import {
  bool,
  choice,
  datetime,
  inGroup,
  number,
  optionsOf,
  owner,
  phone,
  rollup,
  text,
  textarea,
} from './property.ts';
import { industries, places, streets } from './words.ts';

const { sometimes, integer, instant, yesNo, oneOf } = fills;
const company = (draw: Draw): ReturnType<typeof companyOf> => companyOf(draw.facts.seed, draw.n);
const place = (draw: Draw): (typeof places)[number] => pick(draw, 31, places);

export const companies: ObjectDefinition = {
  name: 'companies',
  singular: 'company',
  typeId: '0-2',
  scopes: ['crm.objects.companies.read', 'crm.schemas.companies.read'],
  createdProperty: 'createdate',
  watermark: 'hs_lastmodifieddate',
  defaults: ['name', 'domain'],
  ratio: 0.3,
  firstId: 5_790_939_450n,
  idStep: 13,
  mergeable: true,
  properties: inGroup('companyinformation', [
    text('name', 'Company name', 'The name of the company', (d) => company(d).name),
    text(
      'domain',
      'Company domain name',
      'The web domain of the company',
      sometimes(0.95, (d) => company(d).domain),
    ),
    text(
      'website',
      'Website URL',
      'The website',
      sometimes(0.8, (d) => `www.${company(d).domain}`),
    ),
    choice('industry', 'Industry', 'What the company does', {
      options: industries.map((value) => ({ value, label: value.toLowerCase().replaceAll('_', ' ') })),
      share: 0.8,
    }),
    choice('type', 'Type', 'The relation to the company', {
      options: optionsOf('PROSPECT=Prospect|PARTNER=Partner|RESELLER=Reseller|VENDOR=Vendor|OTHER=Other'),
      share: 0.6,
    }),
    choice('lifecyclestage', 'Lifecycle stage', 'How far the company is on its way to being a customer', {
      options: optionsOf(
        'subscriber=Subscriber|lead=Lead|opportunity=Opportunity|customer=Customer|other=Other',
      ),
      share: 0.9,
      fieldType: 'radio',
    }),
    choice('hs_lead_status', 'Lead status', 'The state of the outreach', {
      options: optionsOf('NEW=New|OPEN=Open|IN_PROGRESS=In progress|CONNECTED=Connected'),
      share: 0.4,
    }),
    choice('web_technologies', 'Web technologies', 'What runs on the website', {
      options: optionsOf(
        'cloudflare=Cloudflare|google_tag_manager=Google Tag Manager|wordpress=WordPress|shopify=Shopify|salesforce=Salesforce',
      ),
      share: 0.5,
      fieldType: 'checkbox',
    }),
    textarea(
      'description',
      'Description',
      'What the company says about itself',
      sometimes(0.6, (d) => `${company(d).name} works for customers in ${place(d)[2]}.`),
    ),
    textarea(
      'about_us',
      'About us',
      'A longer text',
      sometimes(0.1, (d) => `Founded in ${place(d)[0]}.\n\n"Quality first."`),
    ),
    phone(
      'phone',
      'Phone number',
      'The main phone number',
      sometimes(0.8, (d, s) => `+44 20 7946 0${String(100 + roll(d, s, 899))}`),
    ),
    text(
      'address',
      'Street address',
      'Street and house number',
      sometimes(0.8, (d, s) => `${pick(d, s, streets)} ${String(1 + roll(d, s ^ 9, 180))}`),
    ),
    text('city', 'City', 'The city', (d) => place(d)[0]),
    text('state', 'State/Region', 'The state or region', (d) => place(d)[1]),
    text('country', 'Country/Region', 'The country', (d) => place(d)[2]),
    text('zip', 'Postal code', 'The postal code', (d) => place(d)[3]),
    text(
      'timezone',
      'Time zone',
      'Where the company is',
      sometimes(0.7, oneOf(['Europe/Berlin', 'America/New_York', 'Asia/Tokyo'])),
    ),
    number(
      'numberofemployees',
      'Number of employees',
      'How many people work there',
      sometimes(0.7, integer(20_000)),
    ),
    {
      ...number(
        'annualrevenue',
        'Annual revenue',
        'Yearly revenue',
        sometimes(0.6, fills.decimal(40_000_000)),
      ),
      currencyPropertyName: 'hs_annual_revenue_currency_code',
    },
    text(
      'hs_annual_revenue_currency_code',
      'Annual revenue currency',
      'The currency of the revenue',
      sometimes(0.6, oneOf(['EUR', 'USD', 'GBP'])),
    ),
    text(
      'founded_year',
      'Year founded',
      'When it was founded',
      sometimes(0.6, (d, s) => String(1890 + roll(d, s, 135))),
    ),
    bool('is_public', 'Is public', 'Is it traded on a stock exchange', sometimes(0.9, yesNo(0.1))),
    text(
      'linkedin_company_page',
      'LinkedIn company page',
      'Address of the page',
      sometimes(0.4, (d) => `https://www.linkedin.com/company/${company(d).domain}`),
    ),
    owner('hubspot_owner_id', 'Company owner', 'The owner of the company', sometimes(0.9, fills.owner)),
    datetime(
      'hubspot_owner_assigneddate',
      'Owner assigned date',
      'When the present owner was assigned',
      sometimes(0.9, instant),
    ),
    datetime('notes_last_updated', 'Last activity date', 'The last activity', sometimes(0.7, instant)),
    datetime(
      'first_deal_created_date',
      'First deal created date',
      'When the first deal was made',
      sometimes(0.4, instant),
    ),
    datetime('closedate', 'Close date', 'When it became a customer', sometimes(0.3, instant)),
    rollup(
      'num_associated_contacts',
      'Number of associated contacts',
      'How many contacts belong to it',
      integer(60),
    ),
    rollup('num_associated_deals', 'Number of associated deals', 'How many deals belong to it', integer(12)),
    {
      ...rollup(
        'total_revenue',
        'Total revenue',
        'Sum of the deals won',
        sometimes(0.4, fills.decimal(900_000)),
      ),
      currencyPropertyName: 'hs_annual_revenue_currency_code',
    },
    rollup(
      'hs_num_child_companies',
      'Number of child companies',
      'How many companies have this one as their parent',
      fills.oneOf(['0']),
    ),
    text(
      'hs_logo_url',
      'Logo URL',
      'Address of the logo',
      sometimes(0.3, (d) => `https://logo.example/${company(d).domain}.png`),
    ),
    text(
      'facebook_company_page',
      'Facebook company page',
      'Address of the page',
      sometimes(0.2, (d) => `https://facebook.example/${company(d).domain}`),
    ),
    bool('hs_is_target_account', 'Target account', 'Is it a target of account-based marketing', yesNo(0.15)),
  ]),
};
