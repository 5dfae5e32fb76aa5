import { chance, fills, pick } from './draw.ts';
import type { Draw } from './draw.ts';
import type { ObjectDefinition, PipelineSpec, StageSpec } from './definition.ts';
import {
  calculated,
  choice,
  datetime,
  inGroup,
  number,
  optionsOf,
  owner,
  text,
  textarea,
} from './property.ts';
import { sentences } from './words.ts';

const stage = (id: string, label: string, ticketState: 'OPEN' | 'CLOSED'): StageSpec => ({
  id,
  label,
  metadata: { isClosed: String(ticketState === 'CLOSED'), ticketState },
});

const pipelines: readonly PipelineSpec[] = [
  {
    id: '0',
    label: 'Support Pipeline',
    isDefault: true,
    stages: [
      stage('1', 'New', 'OPEN'),
      stage('2', 'Waiting on contact', 'OPEN'),
      stage('3', 'Waiting on us', 'OPEN'),
      stage('4', 'Closed', 'CLOSED'),
    ],
  },
  {
    id: '880011',
    label: 'Returns',
    isDefault: false,
    stages: [
      stage('990011', 'Announced', 'OPEN'),
      stage('990012', 'Received', 'OPEN'),
      stage('990013', 'Refunded', 'CLOSED'),
    ],
  },
];

const pipeline = (draw: Draw): PipelineSpec => pipelines[chance(draw, 61) < 0.85 ? 0 : 1] as PipelineSpec;
const stageOf = (draw: Draw): StageSpec => pick(draw, 62, pipeline(draw).stages);
const { sometimes, instant, oneOf, integer } = fills;

export const tickets: ObjectDefinition = {
  name: 'tickets',
  singular: 'ticket',
  typeId: '0-5',
  scopes: ['tickets', 'crm.objects.tickets.read'],
  createdProperty: 'createdate',
  watermark: 'hs_lastmodifieddate',
  defaults: [
    'content',
    'hs_pipeline',
    'hs_pipeline_stage',
    'hs_ticket_category',
    'hs_ticket_priority',
    'subject',
  ],
  ratio: 0.2,
  firstId: 2_718_281_828n,
  idStep: 5,
  mergeable: true,
  pipelines,
  properties: inGroup('ticketinformation', [
    text('subject', 'Ticket name', 'What the ticket is about', oneOf(sentences)),
    textarea(
      'content',
      'Ticket description',
      'The problem in words',
      sometimes(0.9, (d, s) => `${pick(d, s, sentences)}\n\n${pick(d, s ^ 1, sentences)}`),
    ),
    {
      ...choice('hs_pipeline', 'Pipeline', 'The pipeline that the ticket is in', {
        options: pipelines.map(({ id, label }) => ({ value: id, label })),
      }),
      fill: (d) => pipeline(d).id,
    },
    {
      ...choice('hs_pipeline_stage', 'Ticket status', 'The stage within the pipeline', {
        options: pipelines.flatMap(({ stages }) => stages.map(({ id, label }) => ({ value: id, label }))),
      }),
      fill: (d) => stageOf(d).id,
      past: (d) => (stageOf(d).id === '1' ? [] : [pipeline(d).stages[0]?.id ?? '1']),
    },
    choice('hs_ticket_priority', 'Priority', 'How urgent it is', {
      options: optionsOf('LOW=Low|MEDIUM=Medium|HIGH=High|URGENT=Urgent'),
      share: 0.7,
    }),
    choice('hs_ticket_category', 'Category', 'What kind of problem it is', {
      options: optionsOf(
        'PRODUCT_ISSUE=Product issue|BILLING_ISSUE=Billing issue|FEATURE_REQUEST=Feature request|GENERAL_INQUIRY=General inquiry',
      ),
      share: 0.6,
      fieldType: 'checkbox',
    }),
    choice('source_type', 'Source', 'The channel it came through', {
      options: optionsOf('CHAT=Chat|EMAIL=Email|FORM=Form|PHONE=Phone'),
      share: 0.8,
    }),
    choice('hs_resolution', 'Resolution', 'How it was solved', {
      options: optionsOf('ISSUE_FIXED=Issue fixed|DUPLICATE=Duplicate|NOT_REPRODUCIBLE=Not reproducible'),
      share: 0.3,
    }),
    owner('hubspot_owner_id', 'Ticket owner', 'The owner of the ticket', sometimes(0.8, fills.owner)),
    datetime(
      'hubspot_owner_assigneddate',
      'Owner assigned date',
      'When the present owner was assigned',
      sometimes(0.8, instant),
    ),
    datetime('closed_date', 'Close date', 'When it was closed', sometimes(0.4, instant)),
    datetime(
      'first_agent_reply_date',
      'First agent response date',
      'When somebody first answered',
      sometimes(0.7, instant),
    ),
    datetime(
      'last_reply_date',
      'Last customer reply date',
      'When the customer last wrote',
      sometimes(0.6, instant),
    ),
    calculated(
      'time_to_close',
      'Time to close',
      'Milliseconds from creation to close',
      sometimes(0.4, integer(900_000_000)),
    ),
    calculated(
      'time_to_first_agent_reply',
      'Time to first agent reply',
      'Milliseconds to the first answer',
      sometimes(0.7, integer(90_000_000)),
    ),
    number(
      'hs_num_times_contacted',
      'Number of times contacted',
      'How often the customer was contacted',
      integer(15),
    ),
    text(
      'hs_file_upload',
      'File upload',
      'Files that the customer attached',
      sometimes(0.1, oneOf(['https://files.example/1.png;https://files.example/2.png'])),
    ),
    text('hs_thread_ids_to_restore', 'References to email threads', 'Kept by HubSpot', fills.none),
    datetime(
      'hs_last_message_received_at',
      'Last message received',
      'Kept by HubSpot',
      sometimes(0.5, instant),
    ),
    {
      ...text(
        'patient_number',
        'Patient number',
        'Sensitive by its nature',
        sometimes(0.2, oneOf(['P-1001', 'P-1002', 'P-1003'])),
      ),
      dataSensitivity: 'sensitive',
      custom: true,
    },
    choice('hs_tag', 'Ticket tags', 'Free marks', {
      options: optionsOf('vip=VIP|legal=Legal|warranty=Warranty'),
      share: 0.15,
      fieldType: 'checkbox',
    }),
  ]),
};
