import type { ApiCalls, Calls, Pace } from './cost.ts';
import type { HistoryAnswer, HistoryQuestion } from './history.ts';
import type { ListSearch, MemberPage, Role, SettingsUser, Team } from './dictionaries.ts';

/** An instant on HubSpot's clock: milliseconds since the Unix epoch. */
export type Instant = number;

/** How far a scan has come. Opaque to all but the source that made it; safe to store as text. */
export type Position = string;

/** The question that a source answers with pages. */
export type Scan =
  /** Every living record, in ascending id order; or those from this id on. */
  | { readonly kind: 'all'; readonly position?: Position; readonly fromId?: string }
  /** Every record in the recycle bin, in ascending id order. */
  | { readonly kind: 'archived'; readonly position?: Position }
  /** Every living record whose watermark property, or property of creation, lies in `[from, until)`. */
  | {
      readonly kind: 'changes';
      readonly from: Instant;
      readonly until: Instant;
      readonly by?: 'created';
      readonly position?: Position;
      /** Whether pages are to tell how far the search index has come, and how. */
      readonly index?: IndexQuestion;
    }
  /** These records, among the living or else in the recycle bin; the answer accounts for every id. */
  | {
      readonly kind: 'ids';
      readonly ids: readonly string[];
      readonly archived?: boolean;
      /** What HubSpot reports as missing is looked up one by one: it may have been merged into another record. */
      readonly verified?: boolean;
      /** When these had changed already, as HubSpot has shown elsewhere: no older version is taken. */
      readonly atLeast?: ReadonlyMap<string, Instant>;
    };

export interface IndexQuestion {
  /** Changes from then on tell nothing, such as those that bear a time to come. */
  readonly before: Instant;
  /** If given: it is known to have come so far. Where the scan finds a later change, one more search asks whether it was found by that. */
  readonly known?: Instant;
}

/** A scan that is not begun. */
export interface ScanSize {
  readonly kind: Scan['kind'];
  readonly records: number;
}

/** From its first instant up to, and without, its last. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/** A record as HubSpot gives it. */
export interface SourceRecord {
  /** 64-bit, so never a JavaScript number. */
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt?: string;
  /** One value per property asked for, in that order: HubSpot's text, or `null` for empty and absent ones. */
  readonly values: readonly (string | null)[];
}

export interface Page {
  readonly records: readonly SourceRecord[];
  /** Ids that were asked for, or found by search, and that HubSpot no longer has among the living. */
  readonly missing: readonly string[];
  /** Ids that were asked for and now resolve to another record. */
  readonly merged: readonly { readonly id: string; readonly into: string }[];
  /** Ids that HubSpot has and could not give, however small the question and however often it was put. */
  readonly failed: readonly FailedRecord[];
  /** Where to go on after this page; kept only when the page is committed. */
  readonly position: Position;
  readonly last: boolean;
  /** HubSpot's search index has surely come so far; of a scan of changes that asks for it. */
  readonly shown?: Instant;
}

export interface FailedRecord {
  readonly id: string;
  /** For people; says nothing of what is in the record. */
  readonly reason: string;
}

/** Orders ids as the numbers that they are, without making numbers of them: they may exceed 2^53. */
export function compareIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** What the source must know of an object to read it. */
export interface SourceObject {
  /** Path segment in HubSpot's API, such as `contacts` or `2-1234567`. */
  readonly object: string;
  /** The property that changes with every edit: `lastmodifieddate` for contacts, `hs_lastmodifieddate` for the rest. */
  readonly watermark: string;
  /** The property that says when a record was created: `createdate` or `hs_createdate`. */
  readonly created: string;
}

/** A property definition, with what decides its column. */
export interface Property {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  /** HubSpot's open set: `string`, `number`, `enumeration`, … Semantics follow it, never `fieldType`. */
  readonly type: string;
  readonly fieldType: string;
  readonly groupName: string;
  readonly calculated: boolean;
  readonly archived: boolean;
  readonly hubspotDefined: boolean;
  /** What its values are ids of, such as `OWNER` or `COMPANY`. */
  readonly referencedObjectType: string | null;
  /** Of an amount: the property that says in which currency it is. */
  readonly currencyPropertyName: string | null;
  readonly dataSensitivity: string;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly options: readonly PropertyOption[];
}

interface PropertyOption {
  readonly value: string;
  readonly label: string;
  readonly description: string | null;
  readonly displayOrder: number | null;
  readonly hidden: boolean;
}

export interface Account {
  readonly portalId: string;
  readonly accountType: string | null;
  readonly timeZone: string;
  readonly companyCurrency: string | null;
  readonly additionalCurrencies: readonly string[];
  readonly uiDomain: string | null;
  readonly dataHostingLocation: string | null;
}

export interface Owner {
  readonly id: string;
  readonly email: string | null;
  readonly type: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly userId: string | null;
  readonly userIdIncludingInactive: string | null;
  readonly archived: boolean;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly teams: readonly { readonly id: string; readonly name: string; readonly primary: boolean }[];
}

/** What HubSpot says of a custom object. */
export interface ObjectSchema {
  /** Such as `2-1234567`; also its path segment. */
  readonly typeId: string;
  /** HubSpot's internal name, without the account's prefix; it never changes. */
  readonly name: string;
  /** `p<portal>_<name>` */
  readonly fullyQualifiedName: string;
  readonly singular: string | null;
  readonly plural: string | null;
  readonly description: string | null;
  readonly primaryDisplayProperty: string | null;
  readonly secondaryDisplayProperties: readonly string[];
  readonly requiredProperties: readonly string[];
  readonly searchableProperties: readonly string[];
  /** Type ids of the objects that its records can be linked with, in a stable order. */
  readonly associatedTypeIds: readonly string[];
  readonly archived: boolean;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
}

/** A HubSpot pipeline (of deals, tickets, …) with its stages: not to be confused with a pipeline of Keyway's. */
export interface StagePipeline {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number | null;
  readonly archived: boolean;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly stages: readonly {
    readonly id: string;
    readonly label: string;
    readonly displayOrder: number | null;
    readonly archived: boolean;
    readonly createdAt: string | null;
    readonly updatedAt: string | null;
    readonly metadata: Readonly<Record<string, unknown>>;
  }[];
}

/** Two objects, by their path segments, in the direction in which HubSpot is asked. */
export interface Pair {
  readonly from: string;
  readonly to: string;
}

export interface AssociationType {
  readonly category: string;
  readonly typeId: string;
  readonly label: string | null;
}

export interface Link extends AssociationType {
  readonly fromId: string;
  readonly toId: string;
}

/** The links of some records. */
export interface LinkAnswer {
  readonly links: readonly Link[];
  /** Records whose links HubSpot could not give, however small the question and however often it was put; `links` has none of theirs. */
  readonly failed: readonly FailedRecord[];
}

export interface SensitiveProperty {
  readonly object: string;
  readonly property: string;
  /** Any one of these lets a key read its values. */
  readonly scopes: readonly string[];
}

interface SourceLimits {
  /** Records whose links can be asked for at once. */
  readonly linkIds: number;
  /** Records whose history can be asked for at once. */
  readonly historyIds: number;
}

/**
 * One HubSpot account, read-only. Every method throws KeywayError: `skip` where only this object or pair is out of
 * reach (missing scope, feature not in the plan), `stop` where nothing can go on (key refused, daily limit); what can
 * be retried has been. An aborted signal rejects with its reason.
 */
export interface Source {
  readonly limits: SourceLimits;
  /** The latest instant that HubSpot's own clock is known to have reached; the local clock is never trusted. */
  now(): Instant;
  account(signal: AbortSignal): Promise<Account>;
  /** Definitions of all living properties, in a stable order; of sensitive ones only where the source was opened to list them. */
  properties(object: string, signal: AbortSignal): Promise<readonly Property[]>;
  /**
   * Whether the key cannot read the values of a sensitive property, for want of one of the scopes; nothing where HubSpot
   * neither says which the key has nor refuses: then values may come as empty. `anew`: what it said before is not believed.
   */
  isWithheld(property: SensitiveProperty, signal: AbortSignal, anew?: boolean): Promise<boolean | undefined>;
  /** Definitions of properties that were archived, as long as HubSpot keeps them (90 days), in a stable order. */
  archivedProperties(object: string, signal: AbortSignal): Promise<readonly Property[]>;
  /** Pages are pulled: none is fetched further ahead than a small bound. */
  read(
    object: SourceObject,
    properties: readonly string[],
    scan: Scan,
    signal: AbortSignal,
  ): AsyncIterable<Page>;
  /** How many living records were created in the span, or at all: as HubSpot's search counts them, so a little late. */
  count(object: SourceObject, created: Span | undefined, signal: AbortSignal): Promise<number>;
  /** The ids of all living records created in the span, as HubSpot's search knows them, in no order. */
  idsCreated(object: SourceObject, created: Span, signal: AbortSignal): AsyncIterable<readonly string[]>;
  /** All custom objects, archived ones included, in a stable order. */
  schemas(signal: AbortSignal): Promise<readonly ObjectSchema[]>;
  /** The type ids of HubSpot's own objects that this account has switched off, as far as HubSpot tells. */
  switchedOff(signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** All owners, archived ones included. */
  owners(signal: AbortSignal): Promise<readonly Owner[]>;
  /** All teams, whether or not they have members. */
  teams(signal: AbortSignal): Promise<readonly Team[]>;
  settingsUsers(signal: AbortSignal): Promise<readonly SettingsUser[]>;
  roles(signal: AbortSignal): Promise<readonly Role[]>;
  /** All lists, or those of these ids. */
  lists(ids: readonly string[] | undefined, signal: AbortSignal): Promise<ListSearch>;
  /** The members of a list in ascending id order. */
  listMembers(list: string, position: Position | undefined, signal: AbortSignal): AsyncIterable<MemberPage>;
  stagePipelines(object: string, signal: AbortSignal): Promise<readonly StagePipeline[]>;
  associationTypes(pair: Pair, signal: AbortSignal): Promise<readonly AssociationType[]>;
  /** All links of these records, all pages of each: no id is left unanswered, and none fails for another's sake. */
  links(pair: Pair, ids: readonly string[], signal: AbortSignal): Promise<LinkAnswer>;
  /** What properties of these records have been: no record is left unanswered, and none fails for another's sake. */
  history(object: SourceObject, question: HistoryQuestion, signal: AbortSignal): Promise<HistoryAnswer>;
  /** How many calls it takes to read so many records. */
  callsFor(properties: readonly string[], scan: ScanSize): Calls;
  pace(): Pace;
  /** Calls made so far, by endpoint and status. */
  usage(): readonly ApiCalls[];
  close(): Promise<void>;
}
