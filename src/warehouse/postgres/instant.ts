/** A parameter in milliseconds since the epoch as a timestamp, exact where `to_timestamp` of a fraction is not. */
export function instant(parameter: number): string {
  return `timestamptz 'epoch' + $${parameter}::float8 * interval '1 millisecond'`;
}

/** A timestamp in milliseconds since the epoch. */
export function milliseconds(expression: string): string {
  return `round(extract(epoch from ${expression}) * 1000)::float8`;
}
