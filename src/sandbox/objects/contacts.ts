import { primaryCompanyOf } from './graph.ts';
import { chance, fills, pick, roll } from './draw.ts';
import type { Draw } from './draw.ts';
import type { ObjectDefinition } from './definition.ts';
import { companyOf, personOf, slug } from './people.ts';
import {
  bool,
  calculated,
  choice,
  date,
  datetime,
  inGroup,
  number,
  optionsOf,
  owner,
  phone,
  systemNumber,
  systemText,
  text,
  textarea,
} from './property.ts';
import { jobTitles, places, sentences, streets } from './words.ts';

const place = (draw: Draw): (typeof places)[number] => pick(draw, 31, places);
const email = (draw: Draw): string => {
  const { first, last } = personOf(draw.seed, draw.n);
  const company = primaryCompanyOf(draw.facts, draw.n);
  const domain = company === undefined ? 'mail.example' : companyOf(draw.facts.seed, company).domain;
  return `${slug(first)}.${slug(last)}${String(draw.n)}@${domain}`;
};
const { sometimes, oneOf, integer, instant, yesNo } = fills;

export const contacts: ObjectDefinition = {
  name: 'contacts',
  singular: 'contact',
  typeId: '0-1',
  scopes: ['crm.objects.contacts.read', 'crm.schemas.contacts.read'],
  createdProperty: 'createdate',
  watermark: 'lastmodifieddate',
  defaults: ['email', 'firstname', 'lastname'],
  ratio: 1,
  firstId: 101_000_000_451n,
  idStep: 7,
  mergeable: true,
  properties: inGroup('contactinformation', [
    text('firstname', 'First name', 'The first name of the contact', (d) => personOf(d.seed, d.n).first),
    text(
      'lastname',
      'Last name',
      'The last name of the contact',
      sometimes(0.97, (d) => personOf(d.seed, d.n).last),
    ),
    { ...text('email', 'Email', 'The main address of the contact', sometimes(0.95, email)), unique: true },
    text(
      'hs_additional_emails',
      'Additional email addresses',
      'Further addresses, separated by semicolons',
      sometimes(0.04, (d) => `old.${email(d)};${email(d).replace('@', '+news@')}`),
    ),
    phone(
      'phone',
      'Phone number',
      'The main phone number',
      sometimes(0.7, (d, s) => `+49 30 ${String(1_000_000 + roll(d, s, 8_999_999))}`),
    ),
    phone(
      'mobilephone',
      'Mobile phone number',
      'The mobile phone number',
      sometimes(0.3, (d, s) => `+1 (617) 555-${String(1000 + roll(d, s, 8999))}`),
    ),
    text('jobtitle', 'Job title', 'The position of the contact', sometimes(0.75, oneOf(jobTitles))),
    text(
      'company',
      'Company name',
      'The name of the company as typed in',
      sometimes(0.6, (d) => companyOf(d.facts.seed, primaryCompanyOf(d.facts, d.n) ?? 0).name),
    ),
    text(
      'website',
      'Website URL',
      'The website of the company',
      sometimes(0.3, (d) => `https://www.${email(d).split('@')[1] ?? ''}`),
    ),
    text(
      'address',
      'Street address',
      'Street and house number',
      sometimes(0.5, (d, s) => `${pick(d, s, streets)} ${String(1 + roll(d, s ^ 9, 180))}`),
    ),
    text('city', 'City', 'The city of the contact', (d) => place(d)[0]),
    text('state', 'State/Region', 'The state or region', (d) => place(d)[1]),
    text('country', 'Country/Region', 'The country of the contact', (d) => place(d)[2]),
    text('zip', 'Postal code', 'The postal code', (d) => place(d)[3]),
    textarea(
      'message',
      'Message',
      'What the contact wrote',
      sometimes(0.15, (d, s) => `${pick(d, s, sentences)}\n${pick(d, s ^ 1, sentences)}`),
    ),
    choice('lifecyclestage', 'Lifecycle stage', 'How far the contact is on its way to being a customer', {
      options: optionsOf(
        'subscriber=Subscriber|lead=Lead|marketingqualifiedlead=Marketing Qualified Lead|salesqualifiedlead=Sales Qualified Lead|opportunity=Opportunity|customer=Customer|evangelist=Evangelist|other=Other',
      ),
      share: 0.97,
      fieldType: 'radio',
    }),
    choice('hs_lead_status', 'Lead status', 'The state of the outreach', {
      options: [
        ...optionsOf(
          'NEW=New|OPEN=Open|IN_PROGRESS=In progress|UNQUALIFIED=Unqualified|ATTEMPTED_TO_CONTACT=Attempted to contact|CONNECTED=Connected|BAD_TIMING=Bad timing',
        ),
        { value: 'LEGACY', label: 'Legacy', hidden: true },
      ],
      share: 0.5,
    }),
    choice('hs_analytics_source', 'Original source', 'Where the contact first came from', {
      options: optionsOf(
        'ORGANIC_SEARCH=Organic search|PAID_SEARCH=Paid search|EMAIL_MARKETING=Email marketing|SOCIAL_MEDIA=Organic social|REFERRALS=Referrals|DIRECT_TRAFFIC=Direct traffic|OFFLINE=Offline sources',
      ),
      share: 0.9,
    }),
    choice('hs_buying_role', 'Buying role', 'The roles in a purchase', {
      options: optionsOf(
        'BLOCKER=Blocker|BUDGET_HOLDER=Budget holder|CHAMPION=Champion|DECISION_MAKER=Decision maker|END_USER=End user|INFLUENCER=Influencer',
      ),
      share: 0.2,
      fieldType: 'checkbox',
    }),
    choice('hs_language', 'Preferred language', 'The language of the contact', {
      options: optionsOf(
        'de=German|en=English|fr=French|it=Italian|ja=Japanese|pl=Polish|pt-br=Portuguese - Brazil|sv=Swedish',
      ),
      share: 0.4,
    }),
    choice('hs_marketable_status', 'Marketing contact status', 'May be sent marketing messages', {
      options: optionsOf('true=Marketing contact|false=Non-marketing contact'),
      share: 1,
      fieldType: 'booleancheckbox',
    }),
    owner('hubspot_owner_id', 'Contact owner', 'The owner of the contact', sometimes(0.85, fills.owner)),
    datetime(
      'hubspot_owner_assigneddate',
      'Owner assigned date',
      'When the present owner was assigned',
      sometimes(0.85, instant),
    ),
    text(
      'hs_all_owner_ids',
      'All owner IDs',
      'Every owner in any owner property',
      sometimes(0.2, fills.owner),
    ),
    datetime(
      'notes_last_contacted',
      'Last contacted',
      'The last call, email or meeting',
      sometimes(0.5, instant),
    ),
    datetime(
      'notes_last_updated',
      'Last activity date',
      'The last activity of any kind',
      sometimes(0.6, instant),
    ),
    number('num_notes', 'Number of sales activities', 'How many activities were logged', integer(40)),
    number(
      'num_contacted_notes',
      'Number of times contacted',
      'How often the contact was reached',
      integer(20),
    ),
    datetime(
      'hs_email_last_send_date',
      'Last marketing email send date',
      'When the last marketing email was sent',
      sometimes(0.6, instant),
    ),
    number('hs_email_open', 'Marketing emails opened', 'How many were opened', sometimes(0.6, integer(80))),
    bool(
      'hs_email_optout',
      'Unsubscribed from all email',
      'Opted out of every kind of email',
      sometimes(0.3, yesNo(0.1)),
    ),
    datetime(
      'hs_lifecyclestage_lead_date',
      'Became a lead date',
      'When it became a lead',
      sometimes(0.7, instant),
    ),
    datetime(
      'hs_lifecyclestage_customer_date',
      'Became a customer date',
      'When it became a customer',
      sometimes(0.2, instant),
    ),
    number('hs_analytics_num_page_views', 'Number of pageviews', 'Pages seen on the website', integer(300)),
    number('hs_analytics_num_visits', 'Number of sessions', 'Visits to the website', integer(60)),
    text(
      'hs_timezone',
      'Time zone',
      'The time zone of the contact',
      sometimes(0.3, oneOf(['europe_slash_berlin', 'america_slash_new_york', 'asia_slash_tokyo'])),
    ),
    date(
      'date_of_birth',
      'Date of birth',
      'The birthday',
      sometimes(
        0.1,
        (d, s) =>
          `${String(1950 + roll(d, s, 55))}-0${String(1 + roll(d, s ^ 1, 9))}-1${String(roll(d, s ^ 2, 10))}`,
      ),
    ),
    {
      ...number(
        'annualrevenue',
        'Annual revenue',
        'Yearly revenue of the company',
        sometimes(0.2, integer(90_000_000)),
      ),
      hidden: true,
    },
    {
      ...calculated('hubspotscore', 'HubSpot score', 'Scores the contact from its behaviour', integer(100)),
      fieldType: 'calculation_score',
    },
    {
      ...systemNumber(
        'associatedcompanyid',
        'Primary associated company ID',
        'The company with the primary label',
        (d) => {
          const n = primaryCompanyOf(d.facts, d.n);
          return n === undefined ? null : d.facts.id('companies', n);
        },
      ),
      referencedObjectType: 'COMPANY',
    },
    {
      ...systemText(
        'hs_calculated_merged_vids',
        'Merged vids with timestamps',
        'The contacts merged into this one',
        fills.none,
      ),
      hidden: true,
    },
    {
      ...text('hs_lastmodifieddate', 'Last modified', 'Not kept for contacts', fills.none),
      type: 'datetime',
      fieldType: 'date',
      hidden: true,
    },
    {
      ...text(
        'passport_number',
        'Passport number',
        'Sensitive by its nature',
        sometimes(0.2, (d, s) => `C${String(roll(d, s, 99_999_999))}`),
      ),
      dataSensitivity: 'sensitive',
      custom: true,
    },
    {
      ...text(
        'health_note',
        'Health note',
        'Highly sensitive by its nature',
        sometimes(0.05, oneOf(['nut allergy', 'none'])),
      ),
      dataSensitivity: 'highly_sensitive',
      custom: true,
    },
    text(
      'twitterhandle',
      'Twitter username',
      'The name on the network',
      sometimes(0.1, (d) => (chance(d, 41) < 0.5 ? '@' : '') + slug(personOf(d.seed, d.n).last)),
    ),
  ]),
};
