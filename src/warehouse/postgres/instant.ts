/** A parameter in milliseconds since the epoch as a timestamp, exact where `to_timestamp` of a fraction is not. */
export function instant(parameter: number): string {
  return moment(`$${parameter}::float8`);
}

/** The same of a column. */
export function moment(expression: string): string {
  return `timestamptz 'epoch' + ${expression} * interval '1 millisecond'`;
}

/** A timestamp in milliseconds since the epoch. */
export function milliseconds(expression: string): string {
  return `round(extract(epoch from ${expression}) * 1000)::float8`;
}
