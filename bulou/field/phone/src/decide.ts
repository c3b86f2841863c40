// Decision tables as the server's rulebook has them: the first row that hits decides; unknown is never false.
export type Scalar = boolean | number | string;
export interface Condition { in?: Scalar[]; ge?: number; lt?: number; unknown?: boolean }
export interface Table {
  facts: Record<string, string | string[]>;
  rows: { name: string; when: Record<string, Condition>; then: Record<string, Scalar>; source?: string; zh?: string; en?: string }[];
}

/** The value when it lies in the fact's domain, else null (unknown). */
function known(domain: string | string[], value: unknown): Scalar | null {
  if (Array.isArray(domain)) return typeof value === "string" && domain.includes(value) ? value : null;
  if (domain === "bool") return typeof value === "boolean" ? value : value === 0 || value === 1 ? value === 1 : null;
  if (domain === "int") return typeof value === "number" && Number.isInteger(value) ? value : null;
  return typeof value === "string" && value ? value : null;
}

function hits(test: Condition, value: Scalar | null): boolean {
  if (value === null) return test.unknown === true;
  if (test.in?.includes(value)) return true;
  if ((test.ge === undefined && test.lt === undefined) || typeof value !== "number") return false;
  return (test.ge === undefined || value >= test.ge) && (test.lt === undefined || value < test.lt);
}

/** The row that decides, null when none hits. */
export function decide(table: Table, facts: Record<string, unknown>): Table["rows"][number] | null {
  const read = Object.fromEntries(Object.entries(table.facts).map(([name, d]) => [name, known(d, facts[name])]));
  return table.rows.find((row) => Object.entries(row.when).every(([name, test]) => hits(test, read[name] ?? null))) ?? null;
}
