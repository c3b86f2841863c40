// Records on their way out. Each is kept, sealed, before anybody is told so; each is answered for by itself.
import { Away, Said, ask } from "./api";
import { behindNow, iso, now } from "./clock";
import { uuid7 } from "./ids";
import { isOpen, readSealed, seal, unseal, writeSealed } from "./lock";
import { acknowledged, finish, value } from "./post";
import { db, type Row } from "./store";

export interface Rec {
  id: string; kind: string; place: string; happened_at: string; device: string; data: Record<string, unknown>;
  clock?: { phone_at: string; behind: number };
}
export interface Item {
  record: Rec;
  /** In words, for the list of what is not sent; and the task that it serves. */
  about: string; task: string;
  /** What the phone's clock showed, and by how much it was behind. */
  phone_at: number; behind: number;
  code?: string; message?: string;
}
interface Result { id: string | null; status: string; code?: string; message?: string }

const AT_ONCE = 100;
let device = "";
export function useDevice(id: string): void { device = id.slice(0, 40); }

/** What the server said of a record that it kept: it decided otherwise, or knows something of somebody. */
export interface Told { id: string; about: string; message: string }
export const told = async () => (isOpen() ? (await readSealed<Told[]>("told")) ?? [] : []);
export const heard = async (id: string) => writeSealed("told", (await told()).filter((one) => one.id !== id));

export const counts = async () => ({
  waiting: await db.outbox.where("state").equals("waiting").count(),
  refused: await db.outbox.where("state").equals("refused").count(),
});
export class Full extends Error {}

const tolerance = () => (value<number>("records.clock_tolerance_minutes") ?? 10) * 60_000;

/** Keep a record; its id. When this returns, it is on the disk. Throws Full when the phone's store is full. */
export async function keep(kind: string, place: string, data: Record<string, unknown>, about: string, task = ""): Promise<string> {
  const at = now(), id = uuid7(at);
  const item: Item = {
    record: { id, kind, place, happened_at: iso(at), device, data }, about, task, phone_at: Date.now(), behind: behindNow(),
  };
  try {
    await db.outbox.add({ id, state: "waiting", tried: 0, ...(await seal(item)) });
  } catch (error) {
    if (/quota|full/i.test(`${(error as Error).name} ${(error as any).inner?.name ?? ""} ${(error as Error).message}`)) throw new Full();
    throw error;
  }
  if (task) finish(task);
  return id;
}

export async function items(state: Row["state"]): Promise<Item[]> {
  const rows = await db.outbox.where("state").equals(state).sortBy("id");
  return Promise.all(rows.map((row) => unseal<Item>(row)));
}
/** The tasks that records here serve already. What was refused serves none. */
export const pending = async () => (await items("waiting")).map((item) => item.task).filter(Boolean);
export const has = async (id: string) => (await db.outbox.get(id)) !== undefined;
/** Somebody has dealt with a refused record. */
export const settle = (id: string) => db.outbox.delete(id);

/** Send what waits, in batches, until nothing waits. Throws Away or Said; what was not answered for stays. */
export async function send(): Promise<number> {
  if (!("locks" in navigator)) return sendAll();
  return navigator.locks.request("bulou-send", sendAll);
}

async function sendAll(): Promise<number> {
  let sent = 0, size = AT_ONCE, asked = false;
  for (;;) {
    const rows = await db.outbox.where("state").equals("waiting").limit(size).toArray();
    if (!rows.length) return sent;
    if (!asked) await ask("sync/now");  // so that a wrong clock is known before anything is said by it
    asked = true;
    const batch = await Promise.all(rows.map(prepared));
    try {
      const said = await ask<{ results: Result[] }>("records", { records: batch.map((item) => item.record) });
      await answered(batch, said.results);
      sent += batch.length;
    } catch (error) {
      if (!(error instanceof Said) || ![400, 413].includes(error.status)) throw error;
      // The whole batch was no batch: one record in it must be to blame, and shall not keep the others.
      if (batch.length > 1) size = Math.ceil(batch.length / 2);
      else await answered(batch, [{ id: batch[0]!.record.id, status: "refused", code: error.code, message: error.message }]);
    }
  }
}

/** A row as it is sent. The time of one that never left is set right when the clock turns out to be wrong. */
async function prepared(row: Row): Promise<Item> {
  const item = await unseal<Item>(row);
  if (row.tried) return item;
  if (Math.abs(behindNow() - item.behind) > tolerance()) item.behind = behindNow();
  if (Math.abs(item.behind) > tolerance()) {
    item.record.happened_at = iso(item.phone_at + item.behind);
    item.record.clock = { phone_at: iso(item.phone_at), behind: Math.round(item.behind / 1000) };
  }
  // On the disk before it leaves: from now on its content never changes.
  await db.outbox.update(row.id, { tried: 1, ...(await seal(item)) });
  return item;
}

async function answered(batch: Item[], results: Result[]): Promise<void> {
  const gone: Item[] = [], refused: Row[] = [], said = await told();
  for (const [n, item] of batch.entries()) {
    const result = results[n];
    if (!result) continue;
    if (["accepted", "duplicate", "held"].includes(result.status)) {
      gone.push(item);
      if (result.message) said.push({ id: item.record.id, about: item.about, message: result.message });
    }
    else {
      item.code = result.code ?? result.status;
      item.message = result.message ?? "";
      refused.push({ id: item.record.id, state: "refused", tried: 1, ...(await seal(item)) });
    }
  }
  const words = await seal(said), done = await seal([...new Set([...acknowledged(), ...gone.map((item) => item.task).filter(Boolean)])]);
  await db.transaction("rw", db.outbox, db.meta, async () => {
    await db.outbox.bulkDelete(gone.map((item) => item.record.id));
    await db.outbox.bulkPut(refused);
    await db.meta.bulkPut([{ name: "done", value: done }, { name: "told", value: words }]);
  });
}
export { Away, Said };
