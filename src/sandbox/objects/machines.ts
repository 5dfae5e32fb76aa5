import { fills, pick, roll } from './draw.ts';
import type { ObjectDefinition } from './definition.ts';
import { choice, coordinates, date, inGroup, json, number, optionsOf, owner, text } from './property.ts';

/** A custom object. Its ids lie above 2^53: a reader that turns ids into floating-point numbers loses them here. */
export const machines: ObjectDefinition = {
  name: 'machines',
  singular: 'machine',
  typeId: '2-4711001',
  scopes: ['crm.objects.custom.read', 'crm.schemas.custom.read'],
  createdProperty: 'hs_createdate',
  watermark: 'hs_lastmodifieddate',
  defaults: ['serial_number'],
  ratio: 0.15,
  firstId: 9_007_199_254_740_993n,
  idStep: 2,
  mergeable: true,
  schema: { singularLabel: 'Machine', pluralLabel: 'Machines', display: 'serial_number' },
  pipelines: [
    {
      id: '66554433',
      label: 'Life of a machine',
      isDefault: false,
      stages: [
        { id: '66554434', label: 'Ordered', metadata: {} },
        { id: '66554435', label: 'Running', metadata: {} },
        { id: '66554436', label: 'Scrapped', metadata: {} },
      ],
    },
  ],
  properties: inGroup('machines_information', [
    {
      ...text(
        'serial_number',
        'Serial number',
        'Unique number on the plate',
        (d) => `SN-${String(d.n).padStart(8, '0')}`,
      ),
      unique: true,
    },
    text('model', 'Model', 'The model of the machine', (d, s) =>
      pick(d, s, ['M-100', 'M-200', 'X/3 "Titan"']),
    ),
    choice('state', 'State', 'What the machine is doing', {
      options: optionsOf('running=Running|stopped=Stopped|repair=In repair'),
    }),
    choice('hs_pipeline', 'Pipeline', 'The pipeline', {
      options: optionsOf('66554433=Life of a machine'),
      share: 1,
    }),
    choice('hs_pipeline_stage', 'Pipeline stage', 'The stage', {
      options: optionsOf('66554434=Ordered|66554435=Running|66554436=Scrapped'),
      share: 1,
    }),
    number('operating_hours', 'Operating hours', 'Hours since it was installed', fills.decimal(20_000)),
    date('installed_on', 'Installed on', 'Day of installation', fills.sometimes(0.9, fills.day)),
    coordinates(
      'location',
      'Location',
      'Where it stands',
      fills.sometimes(
        0.8,
        (d, s) =>
          `{"latitude":${String(40 + roll(d, s, 2000) / 100)},"longitude":${String(roll(d, s ^ 1, 3000) / 100)}}`,
      ),
    ),
    json(
      'settings',
      'Settings',
      'As the controller reports them',
      fills.sometimes(
        0.7,
        (d, s) => `{"rpm":${String(roll(d, s, 9000))},"modes":["a","b"],"note":"é \\"x\\""}`,
      ),
    ),
    owner('hubspot_owner_id', 'Owner', 'Who looks after it', fills.sometimes(0.9, fills.owner)),
  ]),
};
