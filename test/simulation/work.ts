import type { Sandbox } from '../../src/sandbox/index.ts';
import type { BackfillStep } from './backfills-of-life.ts';
import { changeStages } from './change-stages.ts';
import { changeStaff } from './change-staff.ts';
import type { Step, SyncStep } from './life.ts';
import { changeProperty } from './change-property.ts';
import type { RulesStep } from './rules-of-life.ts';
import type { ScopesStep } from './scopes-of-life.ts';
import { oneOf, randomFrom } from './random.ts';

/** Does what a step of work says; what the account has nothing for is left out. */
export function work(sandbox: Sandbox, step: Exclude<Step, SyncStep | RulesStep | BackfillStep>): void {
  const { world, clock } = sandbox;
  switch (step.kind) {
    case 'wait':
      clock.advance(step.ms);
      break;
    case 'churn':
      world.churn({ steps: step.steps, seed: step.seed });
      break;
    case 'business day':
      world.businessDay({ fraction: 0.05 });
      break;
    case 'bulk stamp':
      world.bulkUpdate('contacts', someOf(active(sandbox, 'contacts'), step.every), {
        hs_marketable_status: String(clock.now() % 2 === 0),
      });
      break;
    case 'bulk archive':
      for (const id of someOf(active(sandbox, 'deals'), step.every)) world.archive('deals', id);
      break;
    case 'merge chain':
      mergeChain(sandbox, step);
      break;
    case 'take a merge back':
      takeMergeBack(sandbox, step.seed);
      break;
    case 'empty the bin':
      emptyTheBin(sandbox, step.seed);
      break;
    case 'scopes':
      editKey(sandbox, step);
      break;
    case 'staff':
      changeStaff(sandbox.world, step.seed);
      break;
    case 'stages':
      changeStages(sandbox.world, step.seed);
      break;
    default:
      changeProperty(sandbox, step);
  }
}

export function editKey({ world, options }: Sandbox, { without, told }: Omit<ScopesStep, 'kind'>): void {
  world.keys.grant(options.scopes.filter((scope) => !without.includes(scope)));
  world.keys.setTokenInfo(told ? 'answers' : 'forbidden');
}

function active(sandbox: Sandbox, object: string): readonly string[] {
  return [...sandbox.world.truth.records(object)]
    .filter(({ state }) => state === 'active')
    .map(({ id }) => id);
}

function someOf(ids: readonly string[], every: number): readonly string[] {
  return ids.filter((_, i) => i % every === 0);
}

/** The survivor of one merge is merged again. */
function mergeChain(sandbox: Sandbox, { length, seed }: { length: number; seed: number }): void {
  const random = randomFrom(seed);
  const ids = [...active(sandbox, 'companies')];
  const next = (): string | undefined => ids.splice(Math.floor(random() * ids.length), 1)[0];
  let survivor = next();
  for (let i = 0; i < length; i++) {
    const other = next();
    if (survivor === undefined || other === undefined) return;
    survivor = sandbox.world.merge('companies', survivor, other);
  }
}

function takeMergeBack(sandbox: Sandbox, seed: number): void {
  const companies = [...sandbox.world.truth.records('companies')];
  const merged = companies.filter(({ state }) => state === 'merged').map(({ mergedInto }) => mergedInto);
  const survivors = companies.filter(({ id, state }) => state === 'active' && merged.includes(id));
  if (survivors.length === 0) return;
  const known = returned.get(sandbox) ?? new Map<string, number>();
  for (const id of sandbox.world.unmerge('companies', oneOf(randomFrom(seed), survivors).id)) {
    known.set(id, versionOf(sandbox, id));
  }
  returned.set(sandbox, known);
}

/** Versions by id. */
const returned = new WeakMap<Sandbox, Map<string, number>>();

function versionOf({ world }: Sandbox, id: string): number {
  return Date.parse(world.truth.record('companies', id)?.updatedAt ?? '');
}

/**
 * Whether this is the version of a company that lives again after a merge was taken back, or an older one: no watermark tells, so
 * that no claim can speak of it before somebody edits it.
 */
export function isReturned(sandbox: Sandbox, id: string, version: number): boolean {
  return (returned.get(sandbox)?.get(id) ?? 0) >= version;
}

const day = 86_400_000;

/** Somebody deletes a record from the recycle bin for good, and restores another. */
function emptyTheBin({ world, clock }: Sandbox, seed: number): void {
  const random = randomFrom(seed);
  const object = oneOf(random, ['contacts', 'companies', 'deals']);
  // In its last days in the bin, a record that is deleted cannot be told from one that expires: see ARCHITECTURE.md.
  const binned = [...world.truth.records(object)].filter(
    ({ state, archivedAt }) => state === 'archived' && clock.now() - Date.parse(archivedAt ?? '') < 79 * day,
  );
  if (binned.length < 2) return;
  const [gone, back] = [oneOf(random, binned), oneOf(random, binned)];
  if (object === 'contacts') world.gdprDelete(gone.id);
  else world.permanentDelete(object, gone.id);
  // What a privacy deletion has left in the bin has no name, and no way back.
  const named =
    object !== 'contacts' ||
    ['email', 'firstname', 'lastname'].some((name) => (back.properties[name] ?? null) !== null);
  if (named && back.id !== gone.id) world.restore(object, back.id);
}
