import { chance, fills, pick, roll } from './draw.ts';
import type { Draw } from './draw.ts';
import type { ObjectDefinition, PipelineSpec, StageSpec } from './definition.ts';
import { dealCompanyOf } from './graph.ts';
import { companyOf } from './people.ts';
import {
  bool,
  calculated,
  choice,
  datetime,
  inGroup,
  number,
  optionsOf,
  owner,
  rollup,
  text,
  textarea,
} from './property.ts';
import { products, sentences } from './words.ts';

const stage = (id: string, label: string, probability: string): StageSpec => ({
  id,
  label,
  metadata: { isClosed: String(probability === '1.0' || probability === '0.0'), probability },
});

const pipelines: readonly PipelineSpec[] = [
  {
    id: 'default',
    label: 'Sales Pipeline',
    isDefault: true,
    stages: [
      stage('appointmentscheduled', 'Appointment Scheduled', '0.2'),
      stage('qualifiedtobuy', 'Qualified To Buy', '0.4'),
      stage('presentationscheduled', 'Presentation Scheduled', '0.6'),
      stage('decisionmakerboughtin', 'Decision Maker Bought-In', '0.8'),
      stage('contractsent', 'Contract Sent', '0.9'),
      stage('closedwon', 'Closed Won', '1.0'),
      stage('closedlost', 'Closed Lost', '0.0'),
    ],
  },
  {
    id: '75e28846-ad0d-4be2-a027-5e1da6590b98',
    label: 'Renewals 🔁',
    isDefault: false,
    stages: [
      stage('139921', 'Up for renewal', '0.5'),
      stage('139922', 'Talking', '0.7'),
      stage('139923', 'Renewed', '1.0'),
      stage('139924', 'Churned', '0.0'),
    ],
  },
];

const pipeline = (draw: Draw): PipelineSpec => pipelines[chance(draw, 61) < 0.8 ? 0 : 1] as PipelineSpec;
const stageOf = (draw: Draw): StageSpec => pick(draw, 62, pipeline(draw).stages);
/** Deals go through the stages one by one, and may be lost from any of them. */
const earlierStages = (draw: Draw): string[] => {
  const open = pipeline(draw).stages.filter(({ metadata }) => metadata['isClosed'] === 'false');
  const at = open.indexOf(stageOf(draw));
  return open.slice(0, at < 0 ? 1 + roll(draw, 65, open.length) : at).map(({ id }) => id);
};
const amount = (draw: Draw): number => (roll(draw, 63, 500_000) * (1 + roll(draw, 64, 40))) / 100;
const currencies = ['EUR', 'USD', 'GBP', 'CHF'];
const { sometimes, instant, integer } = fills;

export const deals: ObjectDefinition = {
  name: 'deals',
  singular: 'deal',
  typeId: '0-3',
  scopes: [
    'crm.objects.deals.read',
    'crm.schemas.deals.read',
    'crm.objects.deals.sensitive.read.v2',
    'crm.objects.deals.highly_sensitive.read.v2',
  ],
  createdProperty: 'createdate',
  watermark: 'hs_lastmodifieddate',
  defaults: ['dealname', 'amount', 'closedate', 'pipeline', 'dealstage'],
  ratio: 0.4,
  firstId: 7_891_023_000n,
  idStep: 11,
  mergeable: true,
  pipelines,
  properties: inGroup('dealinformation', [
    text(
      'dealname',
      'Deal name',
      'The name of the deal',
      (d, s) => `${companyOf(d.facts.seed, dealCompanyOf(d.facts, d.n) ?? 0).name} – ${pick(d, s, products)}`,
    ),
    {
      ...number(
        'amount',
        'Amount',
        'The total value of the deal',
        sometimes(0.92, (d) => amount(d).toString()),
      ),
      currencyPropertyName: 'deal_currency_code',
    },
    choice('deal_currency_code', 'Currency', 'The currency of the amount', {
      options: currencies.map((value) => ({ value, label: value })),
      share: 0.95,
    }),
    choice('pipeline', 'Pipeline', 'The pipeline that the deal is in', {
      options: pipelines.map(({ id, label }) => ({ value: id, label })),
    }),
    choice('dealstage', 'Deal stage', 'The stage within the pipeline', {
      options: pipelines.flatMap(({ stages }) => stages.map(({ id, label }) => ({ value: id, label }))),
      fieldType: 'radio',
    }),
    choice('dealtype', 'Deal type', 'New business or not', {
      options: optionsOf('newbusiness=New business|existingbusiness=Existing business'),
      share: 0.8,
      fieldType: 'radio',
    }),
    choice('hs_priority', 'Priority', 'How urgent it is', {
      options: optionsOf('low=Low|medium=Medium|high=High'),
      share: 0.5,
    }),
    choice('closed_lost_reason_code', 'Closed lost reason code', 'Why it was lost', {
      options: optionsOf('price=Price|timing=Timing|competitor=Competitor'),
      share: 0.1,
      fieldType: 'checkbox',
    }),
    textarea(
      'closed_lost_reason',
      'Closed lost reason',
      'Why it was lost, in words',
      sometimes(0.1, fills.oneOf(sentences)),
    ),
    textarea('description', 'Deal description', 'What it is about', sometimes(0.5, fills.oneOf(sentences))),
    datetime('closedate', 'Close date', 'When it was or will be closed', sometimes(0.9, instant)),
    owner('hubspot_owner_id', 'Deal owner', 'The owner of the deal', sometimes(0.95, fills.owner)),
    datetime(
      'hubspot_owner_assigneddate',
      'Owner assigned date',
      'When the present owner was assigned',
      sometimes(0.9, instant),
    ),
    text('hs_next_step', 'Next step', 'What to do next', sometimes(0.3, fills.oneOf(sentences))),
    number(
      'hs_deal_stage_probability',
      'Deal probability',
      'The probability of the stage',
      (d) => stageOf(d).metadata['probability'] ?? null,
    ),
    {
      ...calculated(
        'amount_in_home_currency',
        'Amount in company currency',
        'The amount by the exchange rate',
        sometimes(0.92, (d) => (amount(d) * 1.08).toFixed(4)),
      ),
      fieldType: 'number',
    },
    {
      ...calculated(
        'hs_projected_amount',
        'Weighted amount',
        'Amount times probability',
        sometimes(0.92, (d) => String(amount(d) * Number(stageOf(d).metadata['probability']))),
      ),
      calculationFormula: 'amount * hs_deal_stage_probability',
    },
    calculated('days_to_close', 'Days to close', 'Days from creation to close', integer(200)),
    rollup(
      'num_associated_contacts',
      'Number of associated contacts',
      'How many contacts take part',
      integer(6),
    ),
    {
      ...bool(
        'hs_is_closed',
        'Is deal closed?',
        'Won or lost',
        (d) => stageOf(d).metadata['isClosed'] ?? null,
      ),
      calculated: true,
    },
    {
      ...bool('hs_is_closed_won', 'Is closed won', 'Won', (d) =>
        String(stageOf(d).metadata['probability'] === '1.0'),
      ),
      calculated: true,
    },
    number('hs_acv', 'Annual contract value', 'Value per year', sometimes(0.4, fills.decimal(50_000))),
    number(
      'hs_arr',
      'Annual recurring revenue',
      'Recurring value per year',
      sometimes(0.3, fills.decimal(50_000)),
    ),
    number(
      'hs_mrr',
      'Monthly recurring revenue',
      'Recurring value per month',
      sometimes(0.3, fills.decimal(5000)),
    ),
    number(
      'hs_tcv',
      'Total contract value',
      'Value over the whole term',
      sometimes(0.4, fills.decimal(150_000)),
    ),
    choice('hs_forecast_category', 'Forecast category', 'How sure it is', {
      options: optionsOf(
        'OMIT=Not forecasted|PIPELINE=Pipeline|BEST_CASE=Best case|COMMIT=Commit|CLOSED=Closed won',
      ),
      share: 0.5,
    }),
    datetime('notes_last_updated', 'Last activity date', 'The last activity', sometimes(0.7, instant)),
    datetime(
      'hs_date_entered_closedwon',
      'Date entered Closed Won',
      'When it was won',
      sometimes(0.2, instant),
    ),
    datetime('hs_closed_won_date', 'Closed won date', 'When it was won', sometimes(0.2, instant)),
    number('num_notes', 'Number of sales activities', 'How many activities were logged', integer(40)),
    text(
      'hs_campaign',
      'HubSpot campaign',
      'The campaign behind the deal',
      sometimes(0.2, fills.oneOf(['spring-2026', 'trade fair'])),
    ),
  ]).map((property) =>
    property.name === 'pipeline'
      ? { ...property, fill: (d: Draw) => pipeline(d).id }
      : property.name === 'dealstage'
        ? { ...property, fill: (d: Draw) => stageOf(d).id, past: earlierStages }
        : property,
  ),
};
