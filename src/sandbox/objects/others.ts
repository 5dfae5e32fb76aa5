import { fills, pick } from './draw.ts';
import type { ObjectDefinition, PipelineSpec } from './definition.ts';
import { choice, html, inGroup, number, optionsOf, owner, text } from './property.ts';
import { products, sentences } from './words.ts';

/** Objects that need no world of their own: a name, an amount, a status and an owner. One line each. */
interface PlainObject {
  readonly name: string;
  readonly singular: string;
  readonly typeId: string;
  readonly scope: string | readonly string[];
  /** The property that names a record. */
  readonly display: string;
  readonly created?: 'createdate';
  readonly ratio?: number;
  readonly mergeable?: boolean;
  readonly pipelines?: readonly PipelineSpec[];
}

const commerce = (name: string): readonly string[] => [`crm.objects.${name}.read`, 'e-commerce'];
const lineItems = commerce('line_items');
const contactsScope = 'crm.objects.contacts.read';

const pipeline = (id: string, label: string, stages: readonly string[]): PipelineSpec => ({
  id,
  label,
  isDefault: false,
  stages: stages.map((label, k) => ({ id: `${id}-${String(k)}`, label, metadata: {} })),
});

const table: readonly PlainObject[] = [
  {
    name: 'leads',
    singular: 'lead',
    typeId: '0-136',
    scope: 'crm.objects.leads.read',
    display: 'hs_lead_name',
    ratio: 0.1,
    pipelines: [
      pipeline('lead-pipeline-id', 'Lead pipeline', ['New', 'Attempting', 'Connected', 'Qualified']),
    ],
  },
  {
    name: 'line_items',
    singular: 'line_item',
    typeId: '0-8',
    scope: lineItems,
    display: 'name',
    created: 'createdate',
    ratio: 0.6,
  },
  {
    name: 'products',
    singular: 'product',
    typeId: '0-7',
    scope: commerce('products'),
    display: 'name',
    created: 'createdate',
  },
  { name: 'quotes', singular: 'quote', typeId: '0-14', scope: commerce('quotes'), display: 'hs_title' },
  {
    name: 'orders',
    singular: 'order',
    typeId: '0-123',
    scope: 'crm.objects.orders.read',
    display: 'hs_order_name',
    pipelines: [pipeline('14a2e10e', 'Order pipeline', ['Open', 'Processed', 'Shipped', 'Delivered'])],
  },
  {
    name: 'carts',
    singular: 'cart',
    typeId: '0-142',
    scope: 'crm.objects.carts.read',
    display: 'hs_cart_name',
  },
  {
    name: 'invoices',
    singular: 'invoice',
    typeId: '0-53',
    scope: 'crm.objects.invoices.read',
    display: 'hs_number',
  },
  {
    name: 'commerce_payments',
    singular: 'commerce_payment',
    typeId: '0-101',
    scope: 'crm.objects.commercepayments.read',
    display: 'hs_reference_number',
  },
  {
    name: 'subscriptions',
    singular: 'subscription',
    typeId: '0-69',
    scope: 'crm.objects.subscriptions.read',
    display: 'hs_name',
  },
  { name: 'discounts', singular: 'discount', typeId: '0-84', scope: lineItems, display: 'hs_label' },
  { name: 'fees', singular: 'fee', typeId: '0-85', scope: lineItems, display: 'hs_label' },
  { name: 'taxes', singular: 'tax', typeId: '0-86', scope: lineItems, display: 'hs_label' },
  {
    name: 'goal_targets',
    singular: 'goal_target',
    typeId: '0-74',
    scope: 'crm.objects.goals.read',
    display: 'hs_goal_name',
  },
  {
    name: 'feedback_submissions',
    singular: 'feedback_submission',
    typeId: '0-19',
    scope: 'crm.objects.feedback_submissions.read',
    display: 'hs_submission_name',
  },
  {
    name: 'communications',
    singular: 'communication',
    typeId: '0-18',
    scope: contactsScope,
    display: 'hs_communication_body',
    ratio: 0.1,
  },
  {
    name: 'postal_mail',
    singular: 'postal_mail',
    typeId: '0-116',
    scope: contactsScope,
    display: 'hs_postal_mail_body',
  },
  {
    name: 'users',
    singular: 'user',
    typeId: '0-115',
    scope: 'crm.objects.users.read',
    display: 'hs_email',
    ratio: 0.02,
  },
  {
    name: 'appointments',
    singular: 'appointment',
    typeId: '0-421',
    scope: 'crm.objects.appointments.read',
    display: 'hs_appointment_name',
    mergeable: true,
  },
  {
    name: 'courses',
    singular: 'course',
    typeId: '0-410',
    scope: 'crm.objects.courses.read',
    display: 'hs_course_name',
    mergeable: true,
  },
  {
    name: 'listings',
    singular: 'listing',
    typeId: '0-420',
    scope: 'crm.objects.listings.read',
    display: 'hs_name',
    mergeable: true,
  },
  {
    name: 'services',
    singular: 'service',
    typeId: '0-162',
    scope: 'crm.objects.services.read',
    display: 'hs_name',
    mergeable: true,
  },
  // HubSpot's documents name no type id of it: this one is invented.
  {
    name: 'contracts',
    singular: 'contract',
    typeId: '0-1067',
    scope: 'crm.objects.contracts.read',
    display: 'hs_contract_name',
  },
  // No object of HubSpot's: what it might bring one day.
  {
    name: 'moons',
    singular: 'moon',
    typeId: '0-9001',
    scope: 'crm.objects.moons.read',
    display: 'hs_name',
    mergeable: true,
  },
  {
    name: 'projects',
    singular: 'project',
    typeId: '0-970',
    scope: 'crm.objects.projects.read',
    display: 'hs_name',
    mergeable: true,
  },
];

export const others: readonly ObjectDefinition[] = table.map((plain, k) => {
  const { name, scope, display, created = 'hs_createdate', ratio = 0.05, ...rest } = plain;
  return {
    name,
    ...rest,
    scopes: typeof scope === 'string' ? [scope] : scope,
    createdProperty: created,
    watermark: 'hs_lastmodifieddate',
    defaults: [],
    ratio,
    firstId: 40_000_000_003n + BigInt(k) * 1_000_000_000n,
    idStep: 3,
    properties: inGroup(`${name}_information`, [
      text(display, 'Name', 'What the record is called', (d, s) => `${pick(d, s, products)} ${String(d.n)}`),
      number(
        'hs_total_amount',
        'Total amount',
        'The amount in the currency of the record',
        fills.sometimes(0.8, fills.decimal(9000)),
      ),
      choice('hs_currency', 'Currency', 'The currency of the amount', { options: optionsOf('EUR|USD|GBP') }),
      choice('hs_status', 'Status', 'How far it is', {
        options: optionsOf('draft=Draft|open=Open|done=Done|void=Void'),
      }),
      html(
        'hs_comments',
        'Comments',
        'Whatever there is to say',
        fills.sometimes(0.3, (d, s) => `<p>${pick(d, s, sentences)}</p>`),
      ),
      owner('hubspot_owner_id', 'Owner', 'Who looks after it', fills.sometimes(0.8, fills.owner)),
    ]),
  };
});
