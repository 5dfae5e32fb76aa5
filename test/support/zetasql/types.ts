/** A type as ZetaSQL's protocol has it. */
export interface TypeProto {
  readonly typeKind: string;
  readonly arrayType?: { readonly elementType: TypeProto };
  readonly structType?: {
    readonly field: readonly { readonly fieldName: string; readonly fieldType: TypeProto }[];
  };
}

const kinds: Readonly<Record<string, string>> = {
  INT64: 'TYPE_INT64',
  INTEGER: 'TYPE_INT64',
  FLOAT64: 'TYPE_DOUBLE',
  FLOAT: 'TYPE_DOUBLE',
  BOOL: 'TYPE_BOOL',
  BOOLEAN: 'TYPE_BOOL',
  STRING: 'TYPE_STRING',
  BYTES: 'TYPE_BYTES',
  DATE: 'TYPE_DATE',
  TIMESTAMP: 'TYPE_TIMESTAMP',
  NUMERIC: 'TYPE_NUMERIC',
  BIGNUMERIC: 'TYPE_BIGNUMERIC',
  JSON: 'TYPE_JSON',
};

/** Of a type as SQL spells it, such as "ARRAY<STRUCT<id INT64, `a name` STRING>>". */
export function typeOf(text: string): TypeProto {
  const tokens = text.match(/`[^`]*`|\w+|[<>,]/g) ?? [];
  const type = parse(tokens);
  if (tokens.length > 0) throw new Error(`"${text}" is no type: ${tokens.join(' ')} is left over`);
  return type;
}

/** Takes what it has read off the front of the tokens. */
function parse(tokens: string[]): TypeProto {
  const name = tokens.shift()?.toUpperCase() ?? '';
  if (name === 'ARRAY') {
    expectToken(tokens, '<');
    const elementType = parse(tokens);
    expectToken(tokens, '>');
    return arrayOf(elementType);
  }
  if (name !== 'STRUCT') return scalar(name);
  const field: { fieldName: string; fieldType: TypeProto }[] = [];
  do {
    tokens.shift();
    const fieldName = (tokens.shift() ?? '').replaceAll('`', '');
    field.push({ fieldName, fieldType: parse(tokens) });
  } while (tokens[0] === ',');
  expectToken(tokens, '>');
  return { typeKind: 'TYPE_STRUCT', structType: { field } };
}

function expectToken(tokens: string[], wanted: string): void {
  const token = tokens.shift();
  if (token !== wanted) throw new Error(`A type has "${token}" where "${wanted}" was expected`);
}

function scalar(name: string): TypeProto {
  const typeKind = kinds[name];
  if (typeKind === undefined) throw new Error(`BigQuery has no type "${name}", or it is missing in kinds`);
  return { typeKind };
}

function arrayOf(elementType: TypeProto): TypeProto {
  return { typeKind: 'TYPE_ARRAY', arrayType: { elementType } };
}
