// What is decided about a reading at the door; the same cases as the server's (tests/cases/reading.toml).
export interface Rules { line: number | undefined; alarming: string[]; plausible: [number, number] | undefined }

/** Tenths of a degree from what was typed: two digits are whole degrees; null while it is no temperature. */
export function tenthsOf(digits: string): number | null {
  if (digits.length === 3) return Number(digits);
  return digits.length === 2 ? Number(digits) * 10 : null;
}
export const isFever = (tenths: number | null, rules: Rules) =>
  tenths !== null && rules.line !== undefined && tenths >= rules.line;
/** Whether this must go to the clinic at once. */
export const isAlarm = (tenths: number | null, symptoms: string[], rules: Rules) =>
  isFever(tenths, rules) || symptoms.some((one) => rules.alarming.includes(one));
export const isPlausible = (tenths: number, rules: Rules) =>
  rules.plausible === undefined || (tenths >= rules.plausible[0] && tenths <= rules.plausible[1]);
