// What the server says has changed of a post, put in the place of what was held. Knows nothing of either.
import type { Post } from "./post";

type Row = (string | number | null)[];
/** `changes`: parts as they are now; of those in `cut` the pieces that changed, `{number: rows}`. `cut`: where in a row
 *  of which list the id stands by whose last digits it is cut into so many `pieces`. */
export interface Difference { changes: Record<string, unknown>; cut: Record<string, number>; pieces: number }
// As the server sorts them: tasks by when they are due, then subject and slot; other rows by their id.
const TASKS = [6, 2, 3];
const by = (columns: number[]) => (a: Row, b: Row) => {
  const n = columns.find((one) => a[one] !== b[one]);
  return n === undefined ? 0 : a[n]! < b[n]! ? -1 : 1;
};

/** What was held, with what changed in its place. */
export function merged(before: Post, { changes, cut, pieces }: Difference): Post {
  const next: Record<string, unknown> = { ...before };
  for (const [part, said] of Object.entries(changes)) {
    const id = cut[part];
    if (id === undefined) { next[part] = said; continue; }
    const fresh = said as Record<string, Row[]>, order = part === "tasks" ? TASKS : [id];
    const stay = (next[part] as Row[]).filter((row) => !(parseInt(String(row[id]).slice(-2), 16) % pieces in fresh));
    next[part] = [...stay, ...Object.values(fresh).flat()].sort(by(order));
  }
  return next as unknown as Post;
}
