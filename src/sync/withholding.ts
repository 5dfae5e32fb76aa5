import type { Checkpoint } from '../checkpoint.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { Property, SensitiveProperty, Source } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';

/** Values of an object that HubSpot keeps back from a key without one of these scopes. */
export interface Withheld extends SensitiveProperty {
  /** Those of properties of this sensitivity; nothing: nobody says which. */
  readonly sensitivity?: string;
}

export interface Withholding extends Withheld {
  /** Nothing where HubSpot does not say, and has never said that they are: then they are read, and may come as empty. */
  isWithheld: boolean | undefined;
}

interface Asking {
  readonly source: Source;
  /** Where it is remembered what HubSpot last said. */
  readonly warehouse?: Warehouse;
  readonly signal: AbortSignal;
}

/** `pipeline`: the object's. Where HubSpot does not say it this time, what was withheld still is: nothing overwrites it by emptiness. */
export async function withholding(
  { source, warehouse, signal }: Asking,
  pipeline: string,
  about: Withheld,
): Promise<Withholding> {
  const told = await source.isWithheld(about, signal);
  if (told !== undefined || warehouse === undefined) return { ...about, isWithheld: told };
  const { checkpoint } = await warehouse.checkpoint(columnsOf(pipeline));
  const was = checkpoint?.kind === 'columns' && checkpoint.withheld?.includes(kindOf(about));
  return { ...about, isWithheld: was === true ? true : undefined };
}

/**
 * Asks once more what HubSpot said that it gives, and notes it; whether it does not say so any more. Then what was read
 * meanwhile may have come as empty.
 */
export async function askAgain(
  { source, signal }: Asking,
  withholdings: readonly Withholding[],
): Promise<boolean> {
  const given = withholdings.filter(({ isWithheld }) => isWithheld === false);
  let anew = true;
  for (const each of given) {
    each.isWithheld = await source.isWithheld(each, signal, anew);
    anew = false;
  }
  return given.some(({ isWithheld }) => isWithheld !== false);
}

/** The checkpoint of the columns that runs of an object fill. */
export function columnsOf(pipeline: string): string {
  return `${pipeline}/columns`;
}

/** What the next run has to know of it. */
export function rememberedOf(
  withholdings: readonly Withholding[],
): Pick<Extract<Checkpoint, { kind: 'columns' }>, 'withheld' | 'untold'> {
  const kinds = (answer: true | undefined): readonly string[] =>
    withholdings.filter(({ isWithheld }) => isWithheld === answer).map(kindOf);
  const [withheld, untold] = [kinds(true), kinds(undefined)];
  return { ...(withheld.length > 0 && { withheld }), ...(untold.length > 0 && { untold }) };
}

export function kindOf({ sensitivity, scopes }: Withheld): string {
  return sensitivity ?? scopes.join(' ');
}

/** For people. */
export function scopeOf({ sensitivity, scopes }: Withheld): string {
  return scopes[0] ?? `for ${sensitivity} data`;
}

export function concerns({ sensitivity }: Withheld, property: Property): boolean {
  return sensitivity === undefined || sensitivity === property.dataSensitivity;
}

/** For people: nobody knows whether these are given. */
export function doubt({ name }: Pick<ObjectPipeline, 'name'>, withheld: Withheld): string {
  const { sensitivity } = withheld;
  const values = sensitivity === undefined ? `values of ${name}` : `${sensitivity} properties of ${name}`;
  return `HubSpot does not say which scopes the key has: without the scope ${scopeOf(withheld)}, ${values} may come as empty`;
}
