/** What people have changed in HubSpot's definition of a property. */
export interface DefinitionChange {
  readonly kind:
    | 'add_property'
    | 'relabel_property'
    | 'retype_property'
    | 'change_options'
    | 'archive_property'
    | 'restore_property'
    | 'delete_property'
    /** Deleted for good, and defined anew under its name. */
    | 'recreate_property'
    /** Left out or hashed by the settings from now on; options that earlier entries tell of are forgotten with it. */
    | 'hide_property'
    | 'show_property';
  /** The object's. */
  readonly table: string;
  /** Absent where the property has none. */
  readonly column?: string;
  readonly property: string;
  /** What it was and what it is. */
  readonly detail?: Readonly<Record<string, unknown>>;
}
