// What is decided about a reading at the door; the same cases as the server's (tests/cases/reading.toml).
export interface Rules { line: number | undefined; alarming: string[]; plausible: [number, number] | undefined }

/** Tenths of a degree from what was typed; null until the tenth was typed too: nothing is filled in. */
export const tenthsOf = (digits: string): number | null => (/^\d{3}$/.test(digits) ? Number(digits) : null);
export const isFever = (tenths: number | null, rules: Rules) =>
  tenths !== null && rules.line !== undefined && tenths >= rules.line;
/** Whether this must go to the clinic at once. */
export const isAlarm = (tenths: number | null, symptoms: string[], rules: Rules) =>
  isFever(tenths, rules) || symptoms.some((one) => rules.alarming.includes(one));
/** Whose a notice is, by the address in its square: the last digits of its number are what the phone carries. */
export function personOf(text: string, papers: Record<string, string>): string {
  const number = /[?&]number=([0-9a-f-]{32,36})(?:&|#|$)/i.exec(text.trim())?.[1] ?? "";
  return papers[number.replaceAll("-", "").toLowerCase().slice(-12)] ?? "";
}
export const isPlausible = (tenths: number, rules: Rules) =>
  rules.plausible === undefined || (tenths >= rules.plausible[0] && tenths <= rules.plausible[1]);
