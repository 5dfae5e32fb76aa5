import type { RecordList, State } from '../world/index.ts';
import { batchAnswer } from './batch-read.ts';
import { cursorOf, positionOf } from './cursor.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok } from './exchange.ts';
import { field, listField, offset, pageSize, queryFlag, queryList, textField, textList } from './input.ts';
import { resolveObject } from './object-names.ts';
import { stamp } from './record-json.ts';
import { invalid, notFound, unknownObject } from './refusal.ts';

/** `POST /crm/lists/{version}/search`: pages by offset. */
export function searchLists(exchange: Exchange): Answer {
  const { state, body } = exchange;
  const query = (textField(body, 'query') ?? '').toLowerCase();
  const objectTypeId = textField(body, 'objectTypeId');
  const kinds = textList(body, 'processingTypes');
  const ids = textList(body, 'listIds');
  const asked = pageSize(exchange, field(body, 'count'), { fallback: 20, max: 500 });
  const count = Math.min(asked, state.options.listPageSize);
  const start = offset(field(body, 'offset'));
  const found = state.lists
    .all()
    .filter(
      (list) => objectTypeId === undefined || state.store(list.object).definition.typeId === objectTypeId,
    )
    .filter((list) => list.name.toLowerCase().includes(query))
    .filter((list) => kinds.length === 0 || kinds.includes(list.processingType))
    .filter((list) => ids.length === 0 || ids.includes(list.id));
  const extra = textList(body, 'additionalProperties');
  const lists = found.slice(start, start + count).map((list) => ({
    ...listJson(state, list),
    additionalProperties: additional(state, list, extra),
  }));
  const next = start + lists.length;
  return ok({ lists, hasMore: next < found.length, offset: next, total: found.length });
}

export function oneList(exchange: Exchange): Answer {
  const list = listOf(exchange);
  const filters = queryFlag(exchange.query, 'includeFilters') ? { filterBranch: filterBranch(list) } : {};
  return ok({
    list: {
      ...listJson(exchange.state, list),
      size: exchange.state.lists.members(list.id).length,
      ...filters,
    },
  });
}

/** `GET …/{listId}/memberships` in id order, `…/join-order` by the time of joining. */
export const memberships = (exchange: Exchange): Answer => members(exchange, 'record');
export const membershipsByJoin = (exchange: Exchange): Answer => members(exchange, 'join');

function members(exchange: Exchange, order: 'record' | 'join'): Answer {
  const { state, query, origin, path } = exchange;
  const list = listOf(exchange);
  const { ids } = state.store(list.object);
  const all = state.lists.members(list.id);
  const most = state.options.membershipPageSize;
  if (order === 'join') all.sort((a, b) => a.joinedAt - b.joinedAt || a.n - b.n);
  const limit = Math.min(most, pageSize(exchange, query.get('limit'), { fallback: 100, max: 250 }));
  const after = positionOf(query.get('after'));
  // By record the cursor is the next record itself, so that changes behind it do not shift the pages.
  const start = order === 'join' ? after : all.findIndex(({ n }) => n >= after);
  const page = start < 0 ? [] : all.slice(start, start + limit);
  const next = start < 0 ? undefined : all[start + limit];
  const results = page.map(({ n, joinedAt }) => ({
    recordId: ids.idOf(n),
    membershipTimestamp: stamp(state, joinedAt),
  }));
  const cursor = next === undefined ? '' : cursorOf(order === 'join' ? start + limit : next.n);
  const paging =
    next === undefined
      ? {}
      : { paging: { next: { after: cursor, link: `${origin}${path}?after=${cursor}` } } };
  return ok({ results, total: all.length, ...paging });
}

export function recordMemberships({ state, params }: Exchange): Answer {
  return ok({
    results: listsOf(state, { objectTypeId: params['typeId'] ?? '', recordId: params['id'] ?? '' }),
  });
}

/** `POST …/records/memberships/batch/read`: the lists of some records. */
export function batchMemberships(exchange: Exchange): Answer {
  const inputs = listField(exchange.body, 'inputs');
  if (inputs.length > 1000) throw invalid('A batch may have at most 1,000 inputs', 'too many inputs');
  const results = inputs.map((input) => {
    const ref = {
      objectTypeId: textField(input, 'objectTypeId') ?? '',
      recordId: textField(input, 'recordId') ?? '',
    };
    return { ...ref, recordListMemberships: listsOf(exchange.state, ref) };
  });
  return batchAnswer(exchange, results, []);
}

function listsOf(
  state: State,
  { objectTypeId, recordId }: { objectTypeId: string; recordId: string },
): unknown[] {
  const object = resolveObject(objectTypeId, state.options.portalId);
  if (object === undefined) throw unknownObject(objectTypeId);
  const record = state.store(object.name).ids.find(recordId);
  return state.lists.all().flatMap((list) => {
    const members = list.object === object.name ? state.lists.members(list.id) : [];
    const member = members.find(({ n }) => n === record);
    if (member === undefined) return [];
    const at = stamp(state, member.joinedAt);
    return [
      {
        listId: list.id,
        listVersion: 1,
        isPublicList: false,
        firstAddedTimestamp: at,
        lastAddedTimestamp: at,
      },
    ];
  });
}

/** `GET /crm/lists/{version}?listIds=…`. */
export function listsById({ state, query }: Exchange): Answer {
  const lists = queryList(query, 'listIds').flatMap((id) => state.lists.get(id) ?? []);
  return ok({ lists: lists.map((list) => listJson(state, list)) });
}

function listOf({ state, params }: Exchange): RecordList {
  const list = state.lists.get(params['listId'] ?? '');
  if (list === undefined) throw notFound();
  return list;
}

function listJson(state: State, list: RecordList): Record<string, unknown> {
  return {
    listId: list.id,
    listVersion: 1,
    name: list.name,
    objectTypeId: state.store(list.object).definition.typeId,
    processingType: list.processingType,
    processingStatus: 'COMPLETE',
    createdById: '9000011',
    updatedById: '9000011',
    createdAt: stamp(state, list.createdAt),
    updatedAt: stamp(state, list.updatedAt),
    filtersUpdatedAt: stamp(state, list.filtersUpdatedAt),
  };
}

/** What every search gives, and what was asked for, as strings; what is empty is left out. */
function additional(state: State, list: RecordList, wanted: readonly string[]): Record<string, string> {
  const { listMarks } = state.options.unknowns;
  const marks = state.lists.marks(list.id, listMarks === 'stale' ? 'at first' : 'now');
  if (listMarks === 'absent' || marks === undefined) return {};
  const known: Record<string, string | null> = {
    hs_list_size: String(marks.size),
    hs_last_record_added_at: String(marks.lastAddedAt),
    hs_last_record_removed_at: marks.lastRemovedAt === null ? null : String(marks.lastRemovedAt),
    hs_object_id: list.id,
  };
  return Object.fromEntries(
    [...new Set([...always, ...wanted])].flatMap((name) => {
      const value = known[name] ?? null;
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** OpenAPI, lists: "by default, all requests fetch" these, and two that the sandbox does not have. */
const always = ['hs_list_size', 'hs_last_record_added_at', 'hs_last_record_removed_at'];

function filterBranch({ processingType }: RecordList): unknown {
  const branch = { filterBranchOperator: 'OR', filterBranchType: 'OR', filterBranches: [], filters: [] };
  return processingType === 'DYNAMIC' ? branch : undefined;
}
