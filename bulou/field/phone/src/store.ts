// What is kept on the phone. Everything about people lies in `iv` and `data`, sealed under the key that a PIN unwraps.
import Dexie, { type Table } from "dexie";

export interface Sealed { iv: Uint8Array; data: ArrayBuffer }
export interface Row extends Sealed {
  id: string;
  state: "waiting" | "refused";
  /** Whether it may have reached the server: then its content never changes. */
  tried: 0 | 1;
}
export interface Meta { name: string; value: unknown }

class Store extends Dexie {
  meta!: Table<Meta, string>;
  outbox!: Table<Row, string>;
  constructor() {
    // Strict: when a record is said to be kept, it is on the disk.
    super("bulou", { chromeTransactionDurability: "strict" });
    this.version(1).stores({ meta: "name", outbox: "id, state" });
  }
}

export const db = new Store();

export async function read<T>(name: string): Promise<T | undefined> {
  return (await db.meta.get(name))?.value as T | undefined;
}
export async function write(name: string, value: unknown): Promise<void> {
  await db.meta.put({ name, value });
}
/** Everything, for good: the phone was lost, or its holder signs out. */
export async function wipe(): Promise<void> {
  await db.delete();
  await db.open();
}
