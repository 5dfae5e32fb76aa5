/** A team, with the users that are in it. */
export interface Team {
  readonly id: string;
  readonly name: string | null;
  readonly userIds: readonly string[];
  readonly secondaryUserIds: readonly string[];
}

/** A user as the account's settings know them. */
export interface SettingsUser {
  readonly id: string;
  readonly email: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly superAdmin: boolean;
  readonly roleIds: readonly string[];
  readonly primaryTeamId: string | null;
  readonly secondaryTeamIds: readonly string[];
  readonly seatNames: readonly string[];
}

/** A set of permissions that users can have. */
export interface Role {
  readonly id: string;
  readonly name: string | null;
  readonly requiresBillingWrite: boolean;
}

/** A list of records, which HubSpot also calls a segment. */
export interface RecordList {
  readonly id: string;
  readonly name: string | null;
  /** Such as `0-1`. */
  readonly typeId: string;
  /** HubSpot's open set: `MANUAL`, `DYNAMIC`, `SNAPSHOT`. */
  readonly processingType: string | null;
  readonly processingStatus: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly createdById: string | null;
  readonly updatedById: string | null;
  readonly deletedAt: string | null;
  readonly filtersUpdatedAt: string | null;
  /** What follows is HubSpot's text, absent where there is nothing to say, such as of a list that never had a member. */
  readonly size: string | null;
  readonly lastAddedAt: string | null;
  readonly lastRemovedAt: string | null;
}

export interface ListSearch {
  readonly lists: readonly RecordList[];
  /** Whether these are all, as far as counts can tell; if not, nothing follows of what is missing. */
  readonly whole: boolean;
}

interface ListMember {
  readonly recordId: string;
  readonly joinedAt: string | null;
}

/** The members of a list after `after` up to and with `upTo`, both record ids; of the last page, all that are left. */
export interface MemberPage {
  readonly members: readonly ListMember[];
  /** `0` on the first page, also when a position could not be used any more and the members are read anew. */
  readonly after: string;
  readonly upTo: string;
  /** A `Position` of the source's. */
  readonly position: string;
  readonly last: boolean;
}
