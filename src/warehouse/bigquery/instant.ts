import type { Instant } from '../../source.ts';
import { bind, type Parameters } from './parameters.ts';

/** An instant as a timestamp. */
export function instant(parameters: Parameters, at: Instant): string {
  return `TIMESTAMP_MILLIS(${bind(parameters, 'INT64', Math.trunc(at))})`;
}

export function optionalInstant(parameters: Parameters, at: Instant | undefined): string {
  return `TIMESTAMP_MILLIS(${bind(parameters, 'INT64', at === undefined ? null : Math.trunc(at))})`;
}

/** A timestamp in milliseconds since the epoch. */
export function milliseconds(expression: string): string {
  return `UNIX_MILLIS(${expression})`;
}
