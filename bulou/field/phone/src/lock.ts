// The key under which the phone's store is sealed. It is random; a PIN unwraps it; it is never written down open.
import { read, write, type Sealed } from "./store";

interface Lock { salt: Uint8Array; rounds: number; iv: Uint8Array; wrapped: ArrayBuffer }
const ROUNDS = 400_000;
export const PIN_DIGITS = 6;
const FREE_TRIES = 5;

let key: CryptoKey | null = null;
export const isOpen = () => key !== null;
export const hasLock = async () => (await read<Lock>("lock")) !== undefined;
export function shut(): void { key = null; }

const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

async function wrapping(pin: string, salt: Uint8Array, rounds: number): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt: salt as BufferSource, iterations: rounds }, base,
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const usable = (raw: ArrayBuffer) => crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** A new key under a new PIN. */
export async function make(pin: string): Promise<void> {
  const raw = random(32).buffer, salt = random(16), iv = random(12);
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await wrapping(pin, salt, ROUNDS), raw);
  await write("lock", { salt, rounds: ROUNDS, iv, wrapped } satisfies Lock);
  key = await usable(raw);
}

/** Opens with a PIN: true, or the milliseconds to wait before the next try (0: at once). */
export async function open(pin: string): Promise<true | number> {
  const lock = await read<Lock>("lock");
  if (!lock) return 0;
  const waiting = await toWait();
  if (waiting > 0) return waiting;
  try {
    const kek = await wrapping(pin, lock.salt, lock.rounds);
    key = await usable(await crypto.subtle.decrypt({ name: "AES-GCM", iv: lock.iv as BufferSource }, kek, lock.wrapped));
    await write("wrong", 0);
    return true;
  } catch {
    const wrong = ((await read<number>("wrong")) ?? 0) + 1;
    await write("wrong", wrong);
    await write("wait", wrong < FREE_TRIES ? 0 : Date.now() + 5000 * 2 ** Math.min(wrong - FREE_TRIES, 10));
    return toWait();
  }
}

/** Milliseconds until a PIN may be tried again. A clock set back does not lock the phone for ever. */
export async function toWait(): Promise<number> {
  const left = ((await read<number>("wait")) ?? 0) - Date.now();
  return left > 0 && left < 7_200_000 ? left : 0;
}

export async function seal(value: unknown): Promise<Sealed> {
  if (!key) throw new Error("locked");
  const iv = random(12);
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(value)));
  return { iv, data };
}
export async function unseal<T>(sealed: Sealed): Promise<T> {
  if (!key) throw new Error("locked");
  const open = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv as BufferSource }, key, sealed.data);
  return JSON.parse(new TextDecoder().decode(open)) as T;
}
export async function readSealed<T>(name: string): Promise<T | undefined> {
  const sealed = await read<Sealed>(name);
  return sealed && unseal<T>(sealed);
}
export async function writeSealed(name: string, value: unknown): Promise<void> {
  await write(name, await seal(value));
}
