// What has risen to this post, as the server last said. Knows no store and no clock.

/** Key of the task, what, name, place, due, no news any more from (seconds), who answers for it. */
export type RisenRow = [string, string, string, string, number, number, string];
/** How many have risen, and the first of them by name. */
export interface Heard { count: number; rows: RisenRow[] }

/** What of it still stands at a moment (ms): neither done here since nor too old to be news. */
export function standing({ count, rows }: Heard, at: number, done: Set<string>): Heard {
  const left = rows.filter(([key, , , , , until]) => until * 1000 > at && !done.has(key));
  return { count: count - rows.length + left.length, rows: left };
}
