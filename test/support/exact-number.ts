/** Digits and a power of ten without leading or trailing zeros: equal numbers have equal text. */
export function power(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().replace(/^\+/, '').split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.replace(/^-/, '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const bare = digits.replace(/0+$/, '');
  if (bare === '') return '0';
  return `${negative ? '-' : ''}${bare}e${Number(exponent) - fraction.length + digits.length - bare.length}`;
}

/** Whether a number has so many digits at most before its point and behind it, apart from zeros that mean nothing. */
export function hasRoom(
  text: string,
  { whole, places }: { readonly whole: number; readonly places: number },
): boolean {
  const [digits = '', exponent = '0'] = power(text).replace(/^-/, '').split('e');
  const behind = -Number(exponent);
  return digits === '0' || (digits.length - behind <= whole && behind <= places);
}

/** Whether a number in a document is a 64-bit integer, or equal to what a double is written as. */
export function isBinary(text: string): boolean {
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    if (value >= -(2n ** 63n) && value < 2n ** 64n) return true;
  }
  return power(text) === power(String(Number(text)));
}

/**
 * Whether some double is near the number, neither infinity nor, for what is not zero, zero; and whether it is written with
 * at most 1,000 decimal places.
 */
export function inDouble(text: string): boolean {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const places = (mantissa.split('.')[1] ?? '').length - Number(exponent);
  if (places > 1000) return false;
  const near = Number(text);
  return power(text) === '0' ? Number(exponent) <= 1000 : Number.isFinite(near) && near !== 0;
}
