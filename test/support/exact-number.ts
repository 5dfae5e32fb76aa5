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
