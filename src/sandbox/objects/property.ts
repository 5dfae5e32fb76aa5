import { fills } from './draw.ts';
import type { Draw, Fill } from './draw.ts';

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly hidden?: boolean;
}

/** One property as HubSpot defines it, and how the sandbox makes its values. */
export interface PropertySpec {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: string;
  readonly fieldType: string;
  readonly fill: Fill;
  readonly groupName?: string;
  readonly options?: readonly Option[];
  readonly custom?: boolean;
  /** The values it had before the present one, oldest first. */
  readonly past?: (draw: Draw) => readonly string[];
  readonly calculated?: boolean;
  readonly calculationFormula?: string;
  readonly hidden?: boolean;
  readonly unique?: boolean;
  readonly readOnly?: boolean;
  /** Kept by HubSpot for every record, also for those made while the sandbox runs. */
  readonly system?: boolean;
  readonly referencedObjectType?: string;
  readonly currencyPropertyName?: string;
  /** A scope of its own for its values, on top of the object's. */
  readonly scope?: string;
  readonly dataSensitivity?: 'sensitive' | 'highly_sensitive';
}

type Maker = (name: string, label: string, description: string, fill?: Fill) => PropertySpec;

function kind(type: string, fieldType: string, more: Partial<PropertySpec> = {}): Maker {
  return (name, label, description, fill = fills.none) => ({
    name,
    label,
    description,
    type,
    fieldType,
    fill,
    ...more,
  });
}

export const text = kind('string', 'text');
export const textarea = kind('string', 'textarea');
export const html = kind('string', 'html');
export const phone = kind('string', 'phonenumber');
export const number = kind('number', 'number');
export const bool = kind('bool', 'booleancheckbox');
export const datetime = kind('datetime', 'date');
export const date = kind('date', 'date');
export const json = kind('json', 'text');
export const coordinates = kind('object_coordinates', 'text');
/** An owner's id; HubSpot gives such enumerations no options. */
export const owner = kind('enumeration', 'select', { referencedObjectType: 'OWNER' });
export const calculated = kind('number', 'calculation_equation', { calculated: true, readOnly: true });
export const rollup = kind('number', 'calculation_rollup', { calculated: true, readOnly: true });
/** Set by HubSpot itself. */
export const systemText = kind('string', 'text', { readOnly: true });
export const systemNumber = kind('number', 'number', { readOnly: true });
export const systemDatetime = kind('datetime', 'date', { readOnly: true });

/** One of some options; a record has one in `share` of the cases. */
export function choice(
  name: string,
  label: string,
  description: string,
  { options, share = 0.8, fieldType = 'select' }: ChoiceOptions,
): PropertySpec {
  const values = options.map(({ value }) => value);
  const fill = fills.sometimes(share, fills.oneOf(values));
  return { name, label, description, type: 'enumeration', fieldType, options, fill };
}

interface ChoiceOptions {
  readonly options: readonly Option[];
  readonly share?: number;
  readonly fieldType?: 'select' | 'radio' | 'checkbox' | 'booleancheckbox';
}

/** `a=Label A|b=Label B`: a short way to write options; a name alone is its own label. */
export function optionsOf(source: string): Option[] {
  return source.split('|').map((part) => {
    const [value = '', label = value] = part.split('=');
    return { value, label };
  });
}

/** Sets the group of some properties. */
export function inGroup(groupName: string, properties: readonly PropertySpec[]): PropertySpec[] {
  return properties.map((property) => ({ ...property, groupName }));
}
