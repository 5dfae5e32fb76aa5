import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import formats from 'ajv-formats';

/** HubSpot's OpenAPI documents. They are not ours to ship, so they may be missing. */
export const folder = resolve(process.env['KEYWAY_HUBSPOT_SPECS'] ?? '../shared/hubspot/specs');

/** Whether the documents are there. In CI a folder that is there but cannot be read is an error, not a reason to skip. */
export function areThere(): boolean {
  if (!existsSync(folder)) return false;
  if (process.env['CI'] !== undefined) accessSync(folder, constants.R_OK);
  return true;
}

type Schema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly responses: Readonly<
    Record<string, { $ref?: string; content?: Record<string, { schema: Schema }> }>
  >;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** A place where HubSpot's live answers are known to differ from the documents. */
export interface Exception {
  readonly schema: string;
  readonly field: string;
  readonly truth: Schema;
  readonly reason: string;
}

interface Answered {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
}

/** What the documents say about an answer; nothing to complain about is an empty list. */
export type Oracle = (answered: Answered) => string[];

const versions = ['2026-09', '2026-03'];

/** Both versions together: every field optional, unknown fields allowed, a field of both may look like either. */
export function openOracle(exceptions: readonly Exception[]): Oracle {
  const documents = versions.map((version) => ({ version, documents: read(version) }));
  return ({ method, path, status, body }) => {
    const found = documents.flatMap(({ version, documents }) => {
      const wanted = path.replace(/2026-\d\d/, version);
      const match = documents.flatMap((document) => responses(document, method, wanted))[0];
      return match === undefined ? [] : [match];
    });
    if (found.length === 0) return [`no document has ${method} ${path}`];
    const schemas = found
      .map(({ document, operation }) => schemaFor(document, operation, status))
      .filter((schema) => schema !== undefined);
    if (schemas.length === 0) return [`no document has an answer ${String(status)} for ${method} ${path}`];
    const definitions = found.map(({ document }) => document.components.schemas).reduce(mergeAll);
    return complaints({ schemas, definitions: applied(definitions, exceptions), body });
  };
}

function read(version: string): Document[] {
  const first = ['objects', 'contacts', 'associations', 'associationsSchema'].map(
    (name) => `${name}.${version}.json`,
  );
  const files = readdirSync(folder).filter(
    (file) => file.endsWith(`.${version}.json`) && !file.startsWith('_'),
  );
  return [
    ...first.filter((file) => files.includes(file)),
    ...files.filter((file) => !first.includes(file)),
  ].map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Document);
}

interface Found {
  readonly document: Document;
  readonly operation: Operation;
}

function responses(document: Document, method: string, path: string): Found[] {
  return Object.entries(document.paths).flatMap(([template, operations]) => {
    const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`);
    const operation = operations[method.toLowerCase()];
    return operation !== undefined && pattern.test(path) ? [{ document, operation }] : [];
  });
}

/** 207 is only listed by one version; the other means its 200. */
function schemaFor({ components }: Document, { responses }: Operation, status: number): Schema | undefined {
  if (status >= 400) return components.schemas['Error'];
  const response = responses[String(status)] ?? (status === 207 ? responses['200'] : undefined);
  return Object.values(response?.content ?? {})[0]?.schema;
}

function mergeAll(
  a: Readonly<Record<string, Schema>>,
  b: Readonly<Record<string, Schema>>,
): Record<string, Schema> {
  const merged: Record<string, Schema> = { ...a };
  for (const [name, schema] of Object.entries(b)) merged[name] = merge(a[name], schema);
  return merged;
}

function merge(a: Schema | undefined, b: Schema): Schema {
  if (a === undefined || JSON.stringify(a) === JSON.stringify(b)) return b;
  if (a['properties'] === undefined || b['properties'] === undefined) return { anyOf: [a, b] };
  type Fields = Readonly<Record<string, Schema>>;
  return { type: 'object', properties: mergeAll(a['properties'] as Fields, b['properties'] as Fields) };
}

function applied(
  schemas: Readonly<Record<string, Schema>>,
  exceptions: readonly Exception[],
): Record<string, Schema> {
  const changed: Record<string, Schema> = { ...schemas };
  for (const { schema, field, truth } of exceptions) {
    const old = changed[schema];
    if (old === undefined) continue;
    changed[schema] = { ...old, properties: { ...(old['properties'] as object), [field]: truth } };
  }
  return changed;
}

function complaints({
  schemas,
  definitions,
  body,
}: {
  schemas: Schema[];
  definitions: object;
  body: unknown;
}): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv, ['date-time']);
  const whole = lenient({ anyOf: schemas, $defs: definitions }) as Schema;
  const validate = ajv.compile(whole);
  if (validate(body)) return [];
  const all = (validate.errors ?? []).filter(({ keyword }) => keyword !== 'anyOf');
  return [
    ...new Set(
      all.map((error: ErrorObject) => `${error.instancePath.replace(/\/\d+/g, '/*')} ${error.message ?? ''}`),
    ),
  ];
}

/** From OpenAPI 3.0 to JSON Schema, without what makes a reader strict. */
function lenient(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lenient);
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  const nullable = (value as Schema)['nullable'] === true;
  for (const [key, inner] of Object.entries(value)) {
    if ((key === 'required' && Array.isArray(inner)) || dropped.has(key)) continue;
    if (key === 'additionalProperties' && inner === false) continue;
    if (key === 'format' && inner !== 'date-time') continue;
    if (key === '$ref' && typeof inner === 'string')
      result[key] = inner.replace('#/components/schemas/', '#/$defs/');
    else if (key === 'type' && nullable) result[key] = [inner, 'null'];
    else result[key] = lenient(inner);
  }
  return result;
}

const dropped = new Set(['nullable', 'discriminator', 'example', 'externalDocs', 'xml']);
