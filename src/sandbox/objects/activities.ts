import { fills, pick, roll } from './draw.ts';
import type { ObjectDefinition } from './definition.ts';
import { choice, datetime, html, inGroup, number, optionsOf, owner, text } from './property.ts';
import type { PropertySpec } from './property.ts';
import { sentences } from './words.ts';

const { sometimes, instant, oneOf, integer } = fills;
const body = sometimes(0.9, (d, s) => `<p>${pick(d, s, sentences)}</p><p>${pick(d, s ^ 1, sentences)}</p>`);

/** What every activity has. */
const common: readonly PropertySpec[] = [
  datetime('hs_timestamp', 'Activity date', 'When it took place', instant),
  owner('hubspot_owner_id', 'Activity assigned to', 'The owner of the activity', sometimes(0.9, fills.owner)),
  text('hs_body_preview', 'Body preview', 'The beginning of the text', sometimes(0.8, oneOf(sentences))),
  text(
    'hs_engagement_source',
    'Engagement source',
    'What logged it',
    oneOf(['CRM_UI', 'EMAIL', 'INTEGRATION']),
  ),
];

interface ActivitySpec {
  readonly name: string;
  readonly singular: string;
  readonly typeId: string;
  readonly ratio: number;
  readonly firstId: bigint;
  readonly scopes?: readonly string[];
  readonly deletedForGood?: boolean;
  readonly properties: readonly PropertySpec[];
}

function activity(spec: ActivitySpec): ObjectDefinition {
  return {
    scopes: ['crm.objects.contacts.read', `crm.objects.${spec.name}.read`],
    createdProperty: 'hs_createdate',
    watermark: 'hs_lastmodifieddate',
    defaults: [],
    idStep: 3,
    ...spec,
    properties: inGroup('engagement', [...common, ...spec.properties]),
  };
}

export const notes = activity({
  name: 'notes',
  singular: 'note',
  typeId: '0-46',
  ratio: 0.8,
  firstId: 31_000_000_007n,
  properties: [
    html('hs_note_body', 'Note body', 'The text of the note', body),
    text(
      'hs_attachment_ids',
      'Attachments',
      'Ids of the files, separated by semicolons',
      sometimes(0.1, oneOf(['123;456'])),
    ),
  ],
});

export const calls = activity({
  name: 'calls',
  singular: 'call',
  typeId: '0-48',
  ratio: 0.3,
  firstId: 32_000_000_011n,
  properties: [
    text('hs_call_title', 'Call title', 'What the call was about', oneOf(sentences)),
    html('hs_call_body', 'Call notes', 'What was said', body),
    number('hs_call_duration', 'Call duration', 'Milliseconds', sometimes(0.9, integer(3_600_000))),
    choice('hs_call_direction', 'Call direction', 'Who called', {
      options: optionsOf('INBOUND=Inbound|OUTBOUND=Outbound'),
    }),
    choice('hs_call_status', 'Call status', 'How it ended', {
      options: optionsOf('COMPLETED=Completed|NO_ANSWER=No answer|BUSY=Busy|FAILED=Failed'),
    }),
  ],
});

export const tasks = activity({
  name: 'tasks',
  singular: 'task',
  typeId: '0-27',
  ratio: 0.5,
  firstId: 33_000_000_013n,
  properties: [
    text('hs_task_subject', 'Task title', 'What to do', oneOf(sentences)),
    html('hs_task_body', 'Task notes', 'Details', body),
    choice('hs_task_status', 'Task status', 'How far it is', {
      options: optionsOf(
        'NOT_STARTED=Not started|IN_PROGRESS=In progress|COMPLETED=Completed|WAITING=Waiting|DEFERRED=Deferred',
      ),
    }),
    choice('hs_task_priority', 'Priority', 'How urgent it is', {
      options: optionsOf('LOW=Low|MEDIUM=Medium|HIGH=High|NONE=None'),
    }),
    choice('hs_task_type', 'Task type', 'What kind of task', {
      options: optionsOf('TODO=To-do|CALL=Call|EMAIL=Email'),
    }),
  ],
});

export const meetings = activity({
  name: 'meetings',
  singular: 'meeting',
  typeId: '0-47',
  ratio: 0.2,
  firstId: 34_000_000_017n,
  properties: [
    text('hs_meeting_title', 'Meeting name', 'What the meeting is about', oneOf(sentences)),
    html('hs_meeting_body', 'Meeting description', 'Agenda and notes', body),
    datetime('hs_meeting_start_time', 'Start time', 'When it begins', instant),
    datetime('hs_meeting_end_time', 'End time', 'When it ends', instant),
    choice('hs_meeting_outcome', 'Meeting outcome', 'How it went', {
      options: optionsOf(
        'SCHEDULED=Scheduled|COMPLETED=Completed|RESCHEDULED=Rescheduled|NO_SHOW=No show|CANCELED=Canceled',
      ),
    }),
    text(
      'hs_meeting_location',
      'Location',
      'Where it takes place',
      sometimes(0.5, (d, s) => `Room ${String(roll(d, s, 30))}`),
    ),
  ],
});

export const emails = activity({
  name: 'emails',
  singular: 'email',
  typeId: '0-49',
  ratio: 0.9,
  firstId: 35_000_000_019n,
  deletedForGood: true,
  properties: [
    text('hs_email_subject', 'Email subject', 'The subject line', oneOf(sentences)),
    { ...html('hs_email_html', 'Email body', 'The message as HTML', body), scope: 'sales-email-read' },
    {
      ...text(
        'hs_email_text',
        'Email text',
        'The message as plain text',
        sometimes(0.9, (d, s) => `${pick(d, s, sentences)}\n-- \nregards`),
      ),
      scope: 'sales-email-read',
    },
    choice('hs_email_direction', 'Email direction', 'Sent or received', {
      options: optionsOf('EMAIL=Sent|INCOMING_EMAIL=Received|FORWARDED_EMAIL=Forwarded'),
    }),
    choice('hs_email_status', 'Email send status', 'How the sending went', {
      options: optionsOf('SENT=Sent|BOUNCED=Bounced|SCHEDULED=Scheduled|FAILED=Failed'),
    }),
  ],
});
