// The app's state: which screen, what is unsent, whether there is a line. Screens read it, these verbs change it.
import { useEffect, useState } from "preact/hooks";
import * as api from "./api";
import * as clock from "./clock";
import * as drafts from "./drafts";
import * as lock from "./lock";
import * as outbox from "./outbox";
import * as posts from "./post";
import { read, wipe, write } from "./store";
import type { Task } from "./post";
import { speak, t } from "./words";

export type Screen =
  | { name: "start" } | { name: "enrol"; code?: string } | { name: "set-pin" } | { name: "pin" } | { name: "today" }
  | { name: "task"; task: Task } | { name: "act"; act: string } | { name: "unsent" } | { name: "more" } | { name: "lost" };
interface Device { token: string; device: string; name: string; place: string; ends_at: string }

export const app = {
  screen: { name: "start" } as Screen,
  told: [] as outbox.Told[],
  waiting: 0, refused: 0, line: true, busy: false, demo: false, notice: "", ended: "", device: null as Device | null,
};
const listeners = new Set<() => void>();
export function changed(patch: Partial<typeof app> = {}): void {
  Object.assign(app, patch);
  listeners.forEach((one) => one());
}
export function useApp(): typeof app {
  const [, again] = useState(0);
  useEffect(() => {
    const one = () => again((n) => n + 1);
    listeners.add(one);
    return () => void listeners.delete(one);
  }, []);
  return app;
}
export const go = (screen: Screen) => { changed({ screen, notice: "" }); window.scrollTo(0, 0); };

export async function recount(): Promise<void> {
  const told = await outbox.told(), more = told.length > app.told.length;
  changed({ ...(await outbox.counts()), told });
  if (more) window.scrollTo(0, 0); // what the server says stands at the top
}
/** Somebody has read what the server said of a record that it kept. */
export async function heard(id: string): Promise<void> { await outbox.heard(id); await recount(); }

/** Whether this is a demonstration: as the server last said, before that as the page does. */
async function ofDemo(): Promise<void> {
  changed({ demo: (await read<boolean>("demo")) ?? "demo" in document.documentElement.dataset });
}

/** The clock of this phone is wrong by more than the rules let pass: by how many hours it is behind. */
export function clockWrong(): number {
  if (!posts.post() || posts.post()?.demo) return 0;
  const hours = clock.behindNow() / 3_600_000;
  return Math.abs(hours) * 60 > (posts.value<number>("records.clock_tolerance_minutes") ?? 10) ? hours : 0;
}

export async function start(): Promise<void> {
  speak(localStorage.getItem("lang") === "en" ? "en" : "zh");
  await clock.start();
  await ofDemo();
  await recount();
  const code = /code=([a-z0-9-]+)/i.exec(location.hash)?.[1];
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (await lock.hasLock()) changed({ screen: { name: "pin" } });
  else changed({ screen: code ? { name: "enrol", code } : { name: "enrol" } });
  setInterval(() => void clock.look().then(() => changed()), 15_000);
  setInterval(() => void sync(), 60_000);
  addEventListener("online", () => void sync());
  document.addEventListener("visibilitychange", hidden);
}

// A phone that was put away asks for the PIN again.
const AWAY_MS = 10 * 60_000;
let away = 0;
function hidden(): void {
  if (document.visibilityState === "hidden") away = performance.now();
  else if (lock.isOpen() && away && performance.now() - away > AWAY_MS) shut();
  else void sync();
}
export function shut(): void { lock.shut(); go({ name: "pin" }); }

/** Let this phone in by the code of a sheet. It is known from then on; a PIN comes next when it has none. */
export async function enrol(code: string): Promise<void> {
  const said = await api.ask<Device & { now: string }>("devices", { code });
  const before = app.device;
  if (before && app.waiting && (before.name !== said.name || before.place !== said.place))
    throw new api.Said(400, "other", t("手机里还有别人未发送的记录，请先由原来的人发送。",
      "Records of somebody else are still unsent on this phone. They must send them first."));
  const { token, device, name, place, ends_at } = said;
  changed({ device: { token, device, name, place, ends_at }, ended: "" });
  use();
  if (lock.isOpen()) { await lock.writeSealed("device", app.device); await opened(); }
  else go({ name: "set-pin" });
}
function use(): void {
  api.useToken(app.device?.token ?? "");
  outbox.useDevice(app.device?.device ?? "");
}
export async function setPin(pin: string): Promise<void> {
  await lock.make(pin);
  await lock.writeSealed("device", app.device);
  await navigator.storage?.persist?.().catch(() => false);
  await opened();
}
export async function unlock(pin: string): Promise<true | number> {
  const answer = await lock.open(pin);
  if (answer !== true) return answer;
  changed({ device: (await lock.readSealed<Device>("device")) ?? null });
  use();
  await opened();
  return true;
}
async function opened(): Promise<void> {
  await posts.load(await outbox.pending());
  await drafts.load();
  go({ name: "today" });
  void sync();
}

/** Send what waits, then ask for what is new. Quiet without a line; what needs a person is shown. */
export async function sync(): Promise<void> {
  if (!lock.isOpen() || !app.device || app.busy || app.ended || app.screen.name === "set-pin") return;
  changed({ busy: true });
  try {
    await outbox.send();
    if (!(await read<boolean>("resting"))) await posts.fetchPost(outbox.pending);
    await ofDemo();
    changed({ line: true });
  } catch (error) {
    if (error instanceof api.Away) changed({ line: false });
    else if (error instanceof api.Said && error.code === "device-lost") return await lost();
    else if (error instanceof api.Said && error.status === 401) changed({ ended: error.message, line: true });
    else if (error instanceof api.Said) changed({ notice: error.message, line: true });
    else if ((error as Error).message !== "locked") throw error;
  } finally {
    changed({ busy: false });
    await recount();
  }
}

/** Keep a record and try to send it. False when it could not be kept: then it stays on the screen. */
export async function record(kind: string, place: string, data: Record<string, unknown>, about: string, task = ""): Promise<string> {
  try {
    const id = await outbox.keep(kind, place, data, about, task);
    await recount();
    void sync();
    return id;
  } catch (error) {
    if (!(error instanceof outbox.Full)) throw error;
    changed({ notice: t("手机存储已满，这一条没有保存！请写在纸上，清理手机后再填。",
      "The phone's store is full: this was NOT kept. Write it on paper, make room on the phone, enter it again.") });
    return "";
  }
}

async function clear(): Promise<void> {
  lock.shut();
  await wipe();
  changed({ device: null, waiting: 0, refused: 0, ended: "" });
  api.useToken("");
  await posts.forget();
  await drafts.forget();
}
async function lost(): Promise<void> {
  await clear();
  go({ name: "lost" });
}
/** The PIN is forgotten: nothing here can be opened any more, so the phone begins anew. */
export async function beginAnew(): Promise<void> {
  await clear();
  go({ name: "enrol" });
}

/** The end of the shift: cards are forgotten; the next shift is fetched when somebody asks for it. */
export async function endShift(): Promise<void> {
  await sync();
  await posts.forget();
  await drafts.forget();
  await write("resting", true);
  shut();
}
export async function nextShift(): Promise<void> {
  await write("resting", false);
  await sync();
}
export const resting = () => read<boolean>("resting");

/** Sign out for good. Refused while anything is unsent. */
export async function signOut(): Promise<boolean> {
  await recount();
  if (app.waiting + app.refused > 0) return false;
  await api.ask("devices/leave", {}).catch(() => undefined);
  await beginAnew();
  return true;
}
