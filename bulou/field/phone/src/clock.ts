// What o'clock it is. The phone's own clock may be wrong by days: the server's is asked, and both are kept.
import { read, write } from "./store";

/** By how many milliseconds the phone's clock is behind the server's, as last heard. */
let behind = 0;
/** How far the county's hours are from UTC, as last heard; until then as the phone is set. */
let zone = -new Date().getTimezoneOffset() * 60_000;
/** The clock and the phone's running time when the app last looked: they must go forward together. */
let wall = Date.now(), ran = performance.now();
const SLIP = 60_000;

export const behindNow = () => behind;
export const now = () => Date.now() + behind;
/** A moment whose UTC parts are the county's day and hour: a phone set to another zone shows no other times. */
export const local = (ms: number) => new Date(ms + zone);
export const iso = (ms: number) => new Date(ms).toISOString();

/** From the store, at the start. A clock that stands before the last time seen was set back: time goes on from there. */
export async function start(): Promise<void> {
  behind = (await read<number>("behind")) ?? 0;
  zone = (await read<number>("zone")) ?? zone;
  const seen = (await read<number>("seen")) ?? 0;
  if (now() < seen - SLIP) await set(behind + (seen - now()));
}

/** The server said what o'clock it is. */
export async function heard(said: string): Promise<void> {
  const at = Date.parse(said);
  if (!Number.isFinite(at)) return;
  // What is written is the county's hour with its zone: read as if it were UTC, it is as much later.
  zone = Date.parse(said.replace(/(Z|[+-]\d\d:?\d\d)$/, "Z")) - at;
  await write("zone", zone);
  await set(at - Date.now());
}

async function set(next: number): Promise<void> {
  behind = next;
  await write("behind", next);
  await write("seen", now());
}

/** Every so often: somebody who turns the clock while the app runs does not turn the app's. */
export async function look(): Promise<void> {
  const slipped = Date.now() - wall - (performance.now() - ran);
  wall = Date.now();
  ran = performance.now();
  // Running time stands still while some phones sleep, so only a clock that goes back is surely turned.
  if (slipped < -SLIP) await set(behind - slipped);
  await write("seen", now());
}
