// What is half filled in at a door and not yet a record: sealed on the phone with each change, so that a killed app loses none of it.
import { isOpen, readSealed, writeSealed } from "./lock";
import { db } from "./store";

let drafts: Record<string, unknown> = {};
let written: Promise<unknown> = Promise.resolve(), writing = 0;
export const drafting = () => writing > 0;

export async function load(): Promise<void> { drafts = (await readSealed<typeof drafts>("drafts")) ?? {}; }
/** What was filled in of a task, by its key; nothing where nothing was, or where it has become a record. */
export const draft = <T>(key: string) => drafts[key] as T | undefined;

/** Remember what is filled in so far; without `what` it is forgotten. One write after the other, the last one stays. */
export function keepDraft(key: string, what?: unknown): void {
  if (what === undefined && !(key in drafts)) return;
  drafts = { ...drafts, [key]: what };
  if (what === undefined) delete drafts[key];
  // A full store is told of when the record is to be kept.
  writing++;
  written = written.then(() => (isOpen() ? writeSealed("drafts", drafts) : undefined)).catch(() => undefined).then(() => void writing--);
}

/** The end of the shift. */
export async function forget(): Promise<void> {
  drafts = {};
  await written;
  await db.meta.delete("drafts");
}
