// What is decided about a reading at the door; the same cases as the server's (tests/cases/reading.toml).
export interface Rules { line: number | undefined; alarming: string[]; plausible: [number, number] | undefined }

/** Tenths of a degree from what was typed; null until the tenth was typed too: nothing is filled in. */
export const tenthsOf = (digits: string): number | null => (/^\d{3}$/.test(digits) ? Number(digits) : null);
export const isFever = (tenths: number | null, rules: Rules) =>
  tenths !== null && rules.line !== undefined && tenths >= rules.line;
/** Whether this must go to the clinic at once. */
export const isAlarm = (tenths: number | null, symptoms: string[], rules: Rules) =>
  isFever(tenths, rules) || symptoms.some((one) => rules.alarming.includes(one));
export const isPlausible = (tenths: number, rules: Rules) =>
  rules.plausible === undefined || (tenths >= rules.plausible[0] && tenths <= rules.plausible[1]);
