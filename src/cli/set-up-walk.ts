import type { App, CheckReport, SetUp, Settings } from '../app/index.ts';
import type * as appRoom from '../app/index.ts';
import { asKeywayError } from '../errors.ts';
import type { Account } from '../source.ts';
import { accountWords } from './check-view.ts';
import { wrap } from './columns.ts';
import { several } from '../figures.ts';
import type { Prompts } from './prompts.ts';
import { scopeLines, whereToClick } from './scope-view.ts';
import type { Terminal } from './terminal.ts';

export interface Walk {
  readonly prompts: Prompts;
  readonly terminal: Pick<Terminal, 'paint'>;
  readonly app: Pick<typeof appRoom, 'inGroups' | 'keyDoubt' | 'notAKey'>;
  readonly settingsOf: (setUp: SetUp) => Settings;
  readonly open: (setUp: SetUp) => App;
  readonly signal: AbortSignal;
}

/** What was decided, for which account. */
interface Decided {
  readonly setUp: SetUp;
  readonly account: Account;
}

interface Seen extends Decided {
  /** All that there is, and what of it the key may read. */
  readonly pipelines: CheckReport['pipelines'];
}

/** Key, account, pipelines, scopes, warehouse: one question after the other, and nothing is written. */
export async function walkThrough(walk: Walk): Promise<Decided> {
  const seen = await accountOf(walk);
  const { account } = seen;
  const setUp = await scopesOf(walk, seen);
  return { account, setUp: { ...setUp, ...(await warehouseOf(walk, { setUp, account })) } };
}

async function accountOf(walk: Walk): Promise<Seen> {
  const { prompts, settingsOf } = walk;
  const set = settingsOf({});
  const isSet = (set.hubspot.key?.reveal() ?? '') !== '';
  const from = isSet ? set.sources['hubspot.serviceKey'] : undefined;
  for (;;) {
    const setUp = from === undefined ? await pastedKey(walk) : await keyThatIsSet(walk, from);
    const seen = await look(walk, setUp);
    if (seen?.account === undefined || seen.scopes === undefined) continue;
    const { account, pipelines } = seen;
    const domain = account.uiDomain === null ? '' : `, on ${account.uiDomain}`;
    prompts.say('success', `${accountWords(account)}${domain}`);
    const isRight = await prompts.confirm('Is this the account that you want to copy?');
    if (isRight) return { setUp, account, pipelines };
  }
}

async function keyThatIsSet(walk: Walk, from: string): Promise<SetUp> {
  const which = await walk.prompts.select('Which Service Key?', [
    { value: 'set', label: 'The one that is set', hint: from },
    { value: 'other', label: 'Another one' },
  ]);
  return which === 'set' ? {} : pastedKey(walk);
}

async function pastedKey({ prompts, app }: Walk): Promise<SetUp> {
  prompts.say('message', wrap(`${whereToClick} Create a key there; its scopes can be ticked later.`, 76, 0));
  const key = await prompts.secret('Paste the Service Key (it is not shown)', app.notAKey);
  const doubt = app.keyDoubt(key);
  if (doubt !== undefined) prompts.say('warn', wrap(doubt, 76, 0));
  return { key };
}

type Look = Awaited<ReturnType<App['checkHubspot']>>;

/** A look at HubSpot; nothing where it could not be had, which is told. */
async function look({ prompts, open, signal }: Walk, setUp: SetUp): Promise<Look | undefined> {
  prompts.say('step', 'Asking HubSpot what this key may read …');
  try {
    const seen = await open(setUp).checkHubspot();
    if (seen.error !== undefined) prompts.say('error', wrap(seen.error.message, 76, 0));
    return seen;
  } catch (thrown) {
    signal.throwIfAborted();
    prompts.say('error', wrap(asKeywayError(thrown).message, 76, 0));
    return undefined;
  }
}

async function scopesOf(walk: Walk, everything: Seen): Promise<SetUp> {
  const { prompts } = walk;
  let chosen = await pipelinesOf(walk, everything);
  for (;;) {
    const scopes = (await look(walk, chosen))?.scopes;
    if (scopes !== undefined) prompts.say('message', scopeLines(scopes, walk.terminal, 76).join('\n'));
    if (scopes?.missing.length === 0) return chosen;
    const next = await nextStep(walk, scopes !== undefined, chosen);
    if (next === 'on') return chosen;
    if (next === 'other') chosen = await pipelinesOf(walk, everything);
  }
}

/** Without a list of pipelines nothing is amiss: what the key may not read is not asked for. */
function nextStep(
  { prompts }: Walk,
  isSeen: boolean,
  { pipelines }: SetUp,
): Promise<'again' | 'on' | 'other'> {
  const again = { value: 'again', label: 'Check again', hint: 'once they are ticked in HubSpot' } as const;
  const other = { value: 'other', label: 'Choose other pipelines' } as const;
  if (!isSeen) return prompts.select('What next?', [again, other]);
  if (pipelines !== undefined) {
    const on = { value: 'on', label: 'Go on without them', hint: 'what needs them is skipped' } as const;
    return prompts.select('Some scopes are missing', [again, on, other]);
  }
  const on = { value: 'on', label: 'Go on', hint: 'with what the key may read' } as const;
  return prompts.select('Not everything can be read', [on, again, other]);
}

async function pipelinesOf({ prompts, app }: Walk, { setUp, pipelines }: Seen): Promise<SetUp> {
  const readable = pipelines.filter((each) => each.readable).length;
  const what = await prompts.select('What shall be copied?', [
    {
      value: 'all',
      label: 'Everything that the key may read',
      hint: `now ${several(readable, 'pipeline')}; what is granted later comes by itself`,
    },
    { value: 'some', label: 'Let me choose' },
  ]);
  if (what === 'all') return setUp;
  const names = pipelines.map(({ pipeline }) => pipeline);
  const by = new Map(pipelines.map((each) => [each.pipeline, each]));
  const groups = [...app.inGroups(names)].map(
    ([group, those]) => [group, those.map((name) => optionOf(by.get(name)!))] as const,
  );
  const chosen = await prompts.choose('Which ones? Those that the key may read are marked', new Map(groups));
  return { ...setUp, pipelines: names.filter((name) => chosen.includes(name)) };
}

function optionOf({ pipeline, readable, missing, problem }: CheckReport['pipelines'][number]) {
  const lacks = missing.length > 0 ? `needs ${missing.join(', ')}` : (problem ?? '').slice(0, 60);
  return { value: pipeline, label: pipeline, chosen: readable, ...(lacks !== '' && { hint: lacks }) };
}

async function warehouseOf(walk: Walk, { setUp, account }: Decided): Promise<Pick<SetUp, 'warehouse'>> {
  const { prompts, open } = walk;
  for (;;) {
    const place = await placeOf(walk);
    prompts.say('step', 'Trying the warehouse …');
    const { warehouse } = await open({ ...setUp, ...place }).checkWarehouse(account);
    if (warehouse.ok) {
      prompts.say('success', warehouse.label);
      return place;
    }
    prompts.say('error', warehouse.problems.map((problem) => wrap(problem, 76, 0)).join('\n'));
  }
}

async function placeOf({ prompts, settingsOf }: Walk): Promise<Pick<SetUp, 'warehouse'>> {
  const settings = settingsOf({});
  const isSet = settings.warehouse !== undefined;
  const kind = await prompts.select('Where shall the rows go?', [
    ...(isSet
      ? ([{ value: 'set', label: 'Where KEYWAY_WAREHOUSE says', hint: settings.sources.warehouse }] as const)
      : []),
    {
      value: 'embedded',
      label: 'An embedded Postgres on this machine',
      hint: 'to begin with; nothing to install',
    },
    { value: 'postgres', label: 'A Postgres of mine' },
    { value: 'bigquery', label: 'BigQuery' },
  ]);
  const problem = (url: string): string | undefined => urlProblem(settingsOf, url);
  switch (kind) {
    case 'set':
      return {};
    case 'embedded':
      return { warehouse: { kind: 'embedded' } };
    case 'postgres': {
      const url = await prompts.secret(
        'Its URL, postgres://user:password@host:5432/database (it is not shown)',
        problem,
      );
      return { warehouse: { kind: 'url', url: url.trim() } };
    }
    case 'bigquery': {
      const url = await prompts.text('Its URL', 'bigquery://project/dataset?location=EU', problem);
      return { warehouse: { kind: 'url', url: url.trim() } };
    }
  }
}

function urlProblem(settingsOf: Walk['settingsOf'], text: string): string | undefined {
  const url = text.trim();
  if (url === '') return 'Give its URL, then press Enter.';
  try {
    settingsOf({ warehouse: { kind: 'url', url } });
    return undefined;
  } catch (thrown) {
    return asKeywayError(thrown).message.replace(/^KEYWAY_WAREHOUSE /, 'It ');
  }
}
