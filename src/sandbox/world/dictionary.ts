import { customProperty } from '../objects/index.ts';
import type { PropertySpec } from '../objects/index.ts';
import { newOwner } from './owners.ts';
import type { Owner } from './owners.ts';
import type { Pipeline, Stage } from './pipelines.ts';
import { isInArchive, newProperty } from './schema.ts';
import type { Property } from './schema.ts';
import type { State } from './state.ts';

/** Changes of what the account calls things: properties, owners, stages. */
export interface DictionaryMutations {
  /** Adds a custom property. Old records have values for it when `filled`. */
  addProperty(object: string, property: { name: string; filled?: boolean } & Partial<PropertySpec>): void;
  relabel(object: string, name: string, label: string): void;
  /** Replaces an enumeration's options; records keep their values. */
  setOptions(object: string, name: string, options: NonNullable<PropertySpec['options']>): void;
  retype(object: string, name: string, to: { type: string; fieldType: string }): void;
  archiveProperty(object: string, name: string): void;
  /** Creating an archived name again restores it; after 90 days, when HubSpot has deleted it for good, it is another property. */
  restoreProperty(object: string, name: string): void;
  /** For good. */
  deleteProperty(object: string, name: string): void;
  addOwner(owner?: Partial<Owner>): string;
  archiveOwner(id: string): void;
  /** Somebody who left comes back. */
  restoreOwner(id: string): void;
  addTeam(name: string): string;
  renameTeam(id: string, name: string): void;
  deleteTeam(id: string): void;
  /** The first is the owner's main team. */
  setTeams(ownerId: string, teamIds: readonly string[]): void;
  addStage(object: string, pipelineId: string, stage: { id: string; label: string }): void;
  archiveStage(object: string, pipelineId: string, stageId: string): void;
  /** A pipeline that is deleted vanishes with its stages; records keep their values. */
  deletePipeline(object: string, pipelineId: string): void;
}

export function dictionaryMutations(state: State): DictionaryMutations {
  const change = (object: string, name: string, to: (old: Property) => Property): void => {
    const { schema } = state.store(object);
    const old = schema.get(name);
    if (old === undefined) throw new RangeError(`${object} has no property "${name}"`);
    schema.put(name, { ...to(old), updatedAt: state.now() });
  };
  return {
    addProperty(object, { filled = false, ...spec }) {
      const made = customProperty(spec.name, spec.type === undefined ? 0 : kindOf(spec.type));
      const fill = spec.fill ?? (filled ? made.fill : () => null);
      state.store(object).schema.put(spec.name, newProperty({ ...made, ...spec, fill }, state.now()));
    },
    relabel: (object, name, label) =>
      change(object, name, (old) => ({ ...old, spec: { ...old.spec, label } })),
    retype: (object, name, to) => change(object, name, (old) => ({ ...old, spec: { ...old.spec, ...to } })),
    archiveProperty: (object, name) => change(object, name, (old) => ({ ...old, archivedAt: state.now() })),
    setOptions: (object, name, options) =>
      change(object, name, (old) => ({ ...old, spec: { ...old.spec, options } })),
    restoreProperty: (object, name) =>
      change(object, name, (old) => {
        const { archivedAt, ...rest } = old;
        const isThere = archivedAt === undefined || isInArchive(old, state.now());
        return isThere ? rest : newProperty(old.spec, state.now());
      }),
    deleteProperty: (object, name) => state.store(object).schema.remove(name),
    addOwner(owner = {}) {
      const { teams, ...newcomer } = newOwner(state.options.seed, state.owners.size, state.now());
      const there = teams.flatMap((team) => ({ ...team, ...state.teams.get(team.id) }));
      const made = { ...newcomer, teams: there.filter(({ id }) => state.teams.has(id)), ...owner };
      state.owners.set(made.id, made);
      return made.id;
    },
    archiveOwner: (id) => changeOwner(state, id, (owner) => ({ ...owner, archived: true, teams: [] })),
    restoreOwner: (id) => changeOwner(state, id, (owner) => ({ ...owner, archived: false })),
    ...teamMutations(state),
    addStage: (object, pipelineId, stage) =>
      changePipeline(state, { object, pipelineId }, (old) => ({
        ...old,
        stages: [...old.stages, newStage(old, stage, state.now())],
      })),
    archiveStage: (object, pipelineId, stageId) =>
      changePipeline(state, { object, pipelineId }, (old) => ({
        ...old,
        stages: old.stages.filter(({ id }) => id !== stageId),
      })),
    deletePipeline: (object, pipelineId) => void state.pipelines.get(object)?.delete(pipelineId),
  };
}

function changeOwner(state: State, id: string, to: (owner: Owner) => Owner): void {
  const owner = state.owners.get(id);
  if (owner === undefined) throw new RangeError(`no owner ${id}`);
  state.owners.set(id, { ...to(owner), updatedAt: state.now() });
}

type TeamMutations = Pick<DictionaryMutations, 'addTeam' | 'renameTeam' | 'deleteTeam' | 'setTeams'>;

function teamMutations(state: State): TeamMutations {
  const { teams, owners } = state;
  /** What a team is called is told with each of its members, whose dates do not move (HubSpot docs, Owners). */
  const everywhere = (id: string, to: (team: Owner['teams'][number]) => Owner['teams']): void => {
    for (const owner of owners.values()) {
      const changed = owner.teams.flatMap((team) => (team.id === id ? to(team) : [team]));
      owners.set(owner.id, { ...owner, teams: changed });
    }
  };
  return {
    addTeam(name) {
      const id = String(4_100_001 + Math.max(0, ...[...teams.keys()].map((key) => Number(key) - 4_100_000)));
      teams.set(id, { id, name });
      return id;
    },
    renameTeam(id, name) {
      teams.set(id, { id, name });
      everywhere(id, (team) => [{ ...team, name }]);
    },
    deleteTeam(id) {
      teams.delete(id);
      everywhere(id, () => []);
    },
    setTeams: (ownerId, teamIds) =>
      changeOwner(state, ownerId, (owner) => ({
        ...owner,
        teams: teamIds.flatMap((id, i) => {
          const team = teams.get(id);
          return team === undefined ? [] : [{ ...team, primary: i === 0 }];
        }),
      })),
  };
}

function changePipeline(
  state: State,
  { object, pipelineId }: { object: string; pipelineId: string },
  to: (old: Pipeline) => Pipeline,
): void {
  const pipelines = state.pipelines.get(object);
  const old = pipelines?.get(pipelineId);
  if (pipelines === undefined || old === undefined)
    throw new RangeError(`${object} has no pipeline "${pipelineId}"`);
  pipelines.set(pipelineId, { ...to(old), updatedAt: state.now() });
}

function newStage(pipeline: Pipeline, { id, label }: { id: string; label: string }, at: number): Stage {
  const metadata = { isClosed: 'false', probability: '0.5' };
  return {
    id,
    label,
    displayOrder: pipeline.stages.length,
    metadata,
    createdAt: at,
    updatedAt: at,
    archived: false,
  };
}

/** A custom kind with the wanted type: the kinds repeat, so the first match serves. */
function kindOf(type: string): number {
  const found = Array.from({ length: 16 }, (_, k) => k).find((k) => customProperty('x', k).type === type);
  return found ?? 0;
}
