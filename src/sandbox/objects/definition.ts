import type { PropertySpec } from './property.ts';

/** A HubSpot object as a value: adding one to the sandbox is one such file and one line in the list. */
export interface ObjectDefinition {
  /** The path segment and the word used everywhere, such as `contacts`. */
  readonly name: string;
  readonly singular: string;
  readonly typeId: string;
  /** Any one of these lets a key read it. */
  readonly scopes: readonly string[];
  readonly createdProperty: 'createdate' | 'hs_createdate';
  readonly watermark: 'lastmodifieddate' | 'hs_lastmodifieddate';
  /** Returned when no properties are asked for, in addition to the three that always come. */
  readonly defaults: readonly string[];
  /** Records for each contact of the account. */
  readonly ratio: number;
  /** The lowest id and the distance between ids. */
  readonly firstId: bigint;
  readonly idStep: number;
  readonly mergeable?: boolean;
  /** A delete is final, without a recycle bin. */
  readonly deletedForGood?: boolean;
  readonly properties: readonly PropertySpec[];
  readonly pipelines?: readonly PipelineSpec[];
  /** Set for custom objects. */
  readonly schema?: {
    readonly singularLabel: string;
    readonly pluralLabel: string;
    readonly display: string;
  };
}

export interface PipelineSpec {
  readonly id: string;
  readonly label: string;
  readonly stages: readonly StageSpec[];
  /** HubSpot dates the stages of a default pipeline 1970-01-01. */
  readonly isDefault: boolean;
}

export interface StageSpec {
  readonly id: string;
  readonly label: string;
  readonly metadata: Readonly<Record<string, string>>;
}
