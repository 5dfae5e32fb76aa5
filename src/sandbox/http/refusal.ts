import type { ViolationRule } from '../violations.ts';

/** An answer that is not a success: thrown by handlers, written by the server with its correlation id. */
export class Refusal extends Error {
  readonly status: number;
  /** JSON fields, or a text that is not JSON. */
  readonly body: Readonly<Record<string, unknown>> | string;
  /** The rule of HubSpot that the client broke, if it broke one. */
  readonly rule: ViolationRule | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    body: Refusal['body'],
    more: { rule?: ViolationRule; headers?: Record<string, string> } = {},
  ) {
    super(typeof body === 'string' ? body : String(body['message']));
    this.name = 'Refusal';
    this.status = status;
    this.body = body;
    this.rule = more.rule;
    this.headers = more.headers ?? {};
  }
}

const error = (message: string, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  status: 'error',
  message,
  ...fields,
});

export function invalid(message: string, rule: ViolationRule = 'invalid request'): Refusal {
  return new Refusal(400, error(message, { category: 'VALIDATION_ERROR' }), { rule });
}

/** "HubSpot docs, Error handling": an unknown object type is refused before scopes, without a category. */
export function unknownObject(name: string): Refusal {
  const isId = /^\d+-\d+$/.test(name);
  const message = isId
    ? `Invalid object or event type id: ${name}`
    : `Unable to infer object type from: ${name}`;
  return new Refusal(400, error(message), { rule: 'unknown object' });
}

export function notFound(): Refusal {
  return new Refusal(404, error('resource not found'));
}

/** Two spaces, as HubSpot writes it. */
export function notNumeric(id: string): Refusal {
  const message = 'Object not found.  objectId are usually numeric.';
  return new Refusal(404, error(message, { category: 'OBJECT_NOT_FOUND', context: { id: [id] } }));
}

export function unknownRoute(path: string): Refusal {
  return new Refusal(404, error(`No route for ${path}`), { rule: 'unknown route' });
}

export function wrongMethod(method: string): Refusal {
  return new Refusal(405, error(`Method ${method} is not allowed`), { rule: 'write attempt' });
}

/** The sandbox itself went wrong: answered so that it is seen, and not taken for HubSpot. */
export function mistake(cause: unknown): Refusal {
  const message = `mistake in the sandbox: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`;
  return new Refusal(500, error(message), { rule: 'mistake in the sandbox' });
}

export function internalError(): Refusal {
  return new Refusal(500, error('internal error'), { rule: 'epoch 0 in a search' });
}
