import { hasPassword } from '../../config/index.ts';
import type { Account } from '../source.ts';
import { inGroups } from './pipeline-groups.ts';
import type { SetUp } from './set-up.ts';

interface About {
  readonly account: Pick<Account, 'portalId'>;
  /** Whether the schema for editors is beside the file. */
  readonly hasSchema: boolean;
}

/** The settings file: what was decided, said in its comments, and nothing else. No secret is in it. */
export function setUpYaml(setUp: SetUp, { account, hasSchema }: About): string {
  return [
    ...(hasSchema ? ['# yaml-language-server: $schema=keyway.schema.json'] : []),
    `# Keyway for HubSpot account ${account.portalId}, as keyway init wrote it. What else can be set: keyway.example.yaml and the README.`,
    '# Key and password are not here: they belong in .env, in the environment, or in a mounted file.',
    '',
    ...pipelineLines(setUp),
    '',
    ...warehouseLines(setUp),
    '',
  ].join('\n');
}

function pipelineLines({ pipelines }: SetUp): readonly string[] {
  if (pipelines === undefined) {
    return [
      '# Everything that the key may read is synced; what it may read later comes by itself. To have less, name it:',
      '# pipelines: [contacts, companies, deals]',
    ];
  }
  const lines = [...inGroups(pipelines)].flatMap(([group, names]) => [
    `  # ${group}`,
    ...names.map((name) => `  - ${name}`),
  ]);
  return [
    '# What is synced. One that is named here and cannot be read ends a run with exit code 4.',
    'pipelines:',
    ...lines,
  ];
}

function warehouseLines({ warehouse }: SetUp): readonly string[] {
  if (warehouse?.kind === 'url' && !hasPassword(warehouse.url)) {
    return ['# Where the rows go.', `warehouse: ${JSON.stringify(warehouse.url)}`];
  }
  if (warehouse?.kind === 'embedded') {
    return ['# The rows go into the embedded Postgres under .keyway. For another place: KEYWAY_WAREHOUSE.'];
  }
  return ['# Where the rows go is said by KEYWAY_WAREHOUSE, since its URL may hold a password.'];
}
