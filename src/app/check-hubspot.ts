import { asKeywayError } from '../errors.ts';
import type { Hubspot, UsedKey } from '../hubspot/index.ts';
import type { Privacy } from '../privacy.ts';
import type { Account } from '../source.ts';
import { idleEverywhere, idleObjects } from '../sync/index.ts';
import { accountObjects } from './account-objects.ts';
import type { AppParts } from './app.ts';
import { checkDay } from './check-day.ts';
import { lookAt, type Look, type Looking } from './check-pipeline.ts';
import { checkScopes, scopeDoubts } from './check-scopes.ts';
import type { CheckReport, PipelineCheck } from './check.ts';
import type { WantedTable } from './check-warehouse.ts';
import { limitsOf } from './open-warehouse.ts';
import { openToLook } from './known-keys.ts';
import { privacyOf } from './privacy-of.ts';
import { aboutOf, scopeNeeds } from './scope-needs.ts';
import { selectPipelines, type Selection } from './select-pipelines.ts';

export interface HubspotCheck extends Pick<
  CheckReport,
  'key' | 'account' | 'day' | 'scopes' | 'pipelines' | 'doubts' | 'error'
> {
  readonly tables: readonly WantedTable[];
  readonly usedKey: UsedKey | undefined;
}

/** Key, account, and what the key may read of each pipeline. */
export async function checkHubspot(parts: AppParts): Promise<HubspotCheck> {
  const privacy = privacyOf(parts.settings, selectPipelines(parts.settings, []).objects);
  const { source, accountOf } = await openToLook(parts, []);
  const limits = await limitsOf(parts);
  let account: Account | undefined;
  let found: Found = nothing;
  try {
    account = await accountOf();
    const asking = { ...parts, source, limits, synced: [], requested: [] };
    const selection = selectPipelines(parts.settings, [], await accountObjects(asking));
    const { looks, failure } = await lookAtAll({ source, privacy, limits, signal: parts.signal }, selection);
    // Whatever ended the look, what it has shown is worth telling.
    const granted = failure === undefined ? await source.scopes(parts.signal) : undefined;
    found = findings(parts, { selection, looks, granted, privacy });
    if (failure !== undefined) throw failure;
    if (source.pace().day === undefined) await source.day(parts.signal);
    const day = checkDay(source, account, parts.settings);
    return { key: { ok: true }, usedKey: keyOf(source), account, day, ...found, error: undefined };
  } catch (thrown) {
    parts.signal.throwIfAborted();
    const error = asKeywayError(thrown);
    // Once it has named its account, the key is not what is wrong.
    const ok = account !== undefined && error.code !== 'key_refused';
    const problem = ok ? {} : { problem: error.message };
    return {
      key: { ok, ...problem },
      usedKey: keyOf(source),
      account,
      day: account && checkDay(source, account, parts.settings),
      ...found,
      scopes: undefined,
      error,
    };
  } finally {
    await source.close();
  }
}

function keyOf(source: Hubspot): UsedKey | undefined {
  return source.keys().find(({ state }) => state === 'in use') ?? source.keys()[0];
}

/** All at once, as fast as HubSpot allows; whatever is not about one pipeline alone ends the look at the others. */
async function lookAtAll(
  looking: Looking,
  { pipelines, objects }: Selection,
): Promise<{ readonly looks: readonly Look[]; readonly failure: unknown }> {
  const ended = new AbortController();
  const signal = AbortSignal.any([looking.signal, ended.signal]);
  let failure: unknown;
  const looks = await Promise.all(
    pipelines.map(async (pipeline) => {
      try {
        return [await lookAt({ ...looking, signal }, pipeline)];
      } catch (error) {
        failure ??= error;
        ended.abort(error);
        return [];
      }
    }),
  );
  const seen = looks.flat();
  const names = new Set(seen.map(({ pipeline }) => pipeline.name));
  // Of what is about objects nothing is known until all of these have been looked at.
  const isSure = ({ pipeline }: Look): boolean =>
    aboutOf(pipeline, objects).every(({ name }) => names.has(name));
  return { looks: seen.filter(isSure), failure };
}

type Found = Pick<HubspotCheck, 'scopes' | 'pipelines' | 'doubts' | 'tables'>;

const nothing: Found = { scopes: undefined, pipelines: [], doubts: [], tables: [] };

interface Seen {
  readonly selection: Selection;
  readonly looks: readonly Look[];
  readonly granted: readonly string[] | undefined;
  readonly privacy: Privacy;
}

function findings({ settings }: AppParts, { selection, looks, granted, privacy }: Seen): Found {
  const { scopes, of } = checkScopes({ looks, needs: scopeNeeds(selection, settings), granted });
  const pipelines = looks.map((look): PipelineCheck => {
    const problem = look.refusal?.message ?? withoutObjects(look, { selection, looks });
    return {
      pipeline: look.pipeline.name,
      named: selection.isNamed(look.pipeline.name),
      readable: problem === undefined,
      ...of(look.pipeline.name),
      ...(problem !== undefined && { problem }),
    };
  });
  const names = looks.flatMap(({ treated }) => treated?.properties.map(({ name }) => name) ?? []);
  const doubts = [
    ...looks.flatMap(({ treated }) => treated?.doubts ?? []),
    ...idleObjects(
      privacy,
      selection.objects.map(({ name }) => name),
    ),
    // Of an object that cannot be read, nobody knows the properties.
    ...(looks.every(({ refusal }) => refusal === undefined) ? idleEverywhere(privacy, names) : []),
    ...scopeDoubts(scopes),
  ];
  return { scopes, pipelines, doubts, tables: looks.flatMap(({ tables }) => tables) };
}

/** What is read of objects has nothing to read where none of them can be. */
function withoutObjects(
  { pipeline }: Look,
  { selection, looks }: Pick<Seen, 'selection' | 'looks'>,
): string | undefined {
  if (pipeline.kind === 'object') return undefined;
  const refused = new Set(
    looks.flatMap(({ pipeline, refusal }) => (refusal === undefined ? [] : [pipeline.name])),
  );
  const readable = selection.objects.filter(({ name }) => !refused.has(name));
  const isLost = aboutOf(pipeline, selection.objects).length > 0 && aboutOf(pipeline, readable).length === 0;
  return isLost ? 'None of the objects that it is about can be read.' : undefined;
}
