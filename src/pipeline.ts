import type { Role, SettingsUser, Team } from './dictionaries.ts';
import type { KeywayError } from './errors.ts';
import type { Row, Table } from './table.ts';
import type {
  Account,
  Instant,
  ObjectSchema,
  Owner,
  Pair,
  Property,
  SourceObject,
  StagePipeline,
} from './source.ts';

/**
 * What is synced into one table or family of tables: a value in a file of `pipelines/`, no code of its own but pure
 * functions from items to rows.
 */
export type Pipeline =
  | ObjectPipeline
  | DictionaryPipeline
  | ListsPipeline
  | AssociationsPipeline
  | HistoryPipeline;

/** One CRM object: full load, then changes; its columns come from the account's property definitions. */
export interface ObjectPipeline extends SourceObject {
  readonly kind: 'object';
  /** Also the table's name. */
  readonly name: string;
  /** HubSpot's object type id, such as `0-1`; absent where HubSpot's documents name none. */
  readonly typeId?: string;
  readonly label: string;
  readonly description: string;
  /** Any one of these scopes lets a key read the object. */
  readonly scopes: readonly string[];
  /** All of these are wanted too: without them HubSpot may leave values out, or refuse the object. */
  readonly furtherScopes?: readonly string[];
  /** Whether its records move through HubSpot pipelines and stages. */
  readonly staged: boolean;
  /** Whether HubSpot can merge its records, which closes the old ids. */
  readonly merges: boolean;
  /** Objects whose links with it are kept unless the settings say otherwise; HubSpot is asked in this direction. */
  readonly associations: readonly string[];
  /** Properties whose history is kept unless the settings say otherwise; those that the account has not are passed over. */
  readonly history: readonly string[];
  /** Why it cannot be read, where that is known before anything is asked of it. */
  readonly unavailable?: KeywayError;
}

/** Whether an object's table is that of a custom object, which only HubSpot can name. */
export function isCustom(name: string): boolean {
  return name.startsWith(customPrefix);
}

export const customPrefix = 'custom_';

/** A family of small tables that is read as a whole at each run. */
type DictionaryPipeline = {
  readonly [Name in keyof Dictionaries]: DictionaryOf<Name>;
}[keyof Dictionaries];

export interface DictionaryOf<Name extends keyof Dictionaries> {
  readonly kind: 'dictionary';
  readonly name: string;
  readonly dictionary: Name;
  readonly description: string;
  readonly scopes: readonly string[];
  readonly tables: readonly DictionaryTable<Dictionaries[Name]>[];
}

/** The items that a dictionary pipeline turns into rows. */
export interface Dictionaries {
  readonly account: Account;
  readonly owners: Owner;
  readonly teams: Team;
  readonly settings_users: SettingsUser;
  readonly roles: Role;
  readonly object_schemas: ObjectSchema & { readonly objectType: string };
  readonly pipelines: StagePipeline & { readonly objectType: string };
  readonly properties: Property & {
    readonly objectType: string;
    /** `null` where it is not read. */
    readonly columnName: string | null;
    readonly columnType: string | null;
    /** What the privacy rules make of it, where that is not plain reading. */
    readonly treatment: 'excluded' | 'hashed' | 'refused' | 'withheld' | null;
  };
}

interface DictionaryTable<Item> {
  readonly table: Table;
  /** What happens to rows that are no longer given: `delete` them, or `close` them by setting `_deleted_at`. */
  readonly vanished: 'delete' | 'close';
  rows(item: Item): readonly Row[];
}

/** Lists of records, and their members. */
export interface ListsPipeline {
  readonly kind: 'lists';
  readonly name: string;
  readonly description: string;
  readonly scopes: readonly string[];
  readonly lists: Table;
  /** Those columns of `lists` that are written when all members of a list have been read; the last one says when. */
  readonly marks: readonly string[];
  readonly memberships: Table;
}

/** The links between pairs of objects, and the types that links can have. */
export interface AssociationsPipeline {
  readonly kind: 'associations';
  readonly name: string;
  readonly description: string;
  readonly pairs: readonly Pair[];
  readonly links: Table;
  readonly types: Table;
}

/** What properties of records have been: of those that each object names, or that the settings name for it. */
export interface HistoryPipeline {
  readonly kind: 'history';
  readonly name: string;
  readonly description: string;
  /** By the object's name. */
  readonly named: Readonly<Record<string, readonly string[]>>;
  readonly table: Table;
}

/** The properties of an object whose history is wanted: the one place where their names come from. */
export function trackedProperties({ named }: HistoryPipeline, object: ObjectPipeline): readonly string[] {
  return Object.hasOwn(named, object.name) ? named[object.name]! : (object.history ?? []);
}

/** `2026-01-31T09:30:00.000Z` */
export function timestampCell(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** Nothing for no texts at all. */
export function textsCell(texts: readonly string[]): readonly string[] | null {
  return texts.length === 0 ? null : texts;
}
