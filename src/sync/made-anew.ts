/**
 * Whether a property was deleted, and another one defined under its name: by when they were defined, as far as HubSpot says so.
 * It may write one instant in several ways.
 */
export function isMadeAnew(then: string | undefined, now: string | undefined): boolean {
  if (then === undefined || now === undefined || then === '' || now === '') return false;
  return instantOf(then) !== instantOf(now);
}

function instantOf(text: string): number | string {
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? text : instant;
}
