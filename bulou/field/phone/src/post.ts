// What this phone's post needs today: tasks, cards of those they are about, the rules to decide by.
import { ask } from "./api";
import { merged } from "./changes";
import type { Difference } from "./changes";
import { now } from "./clock";
import { readSealed, writeSealed } from "./lock";
import { standing, type Heard } from "./risen";
import { db, write } from "./store";
import type { Table } from "./decide";

export type TaskLine = [number, string, string, string, string, number, number, number, string];
export interface Kind { kind: string; title: string; record: string; subject: string; shape: any }
export interface Post {
  post: { name: string; role: string; title: string; place: string };
  kinds: Kind[];
  tasks: TaskLine[];
  people: [string, string, string, number | null, string][];
  households: [string, string, string, string][];
  others: Record<string, string>;
  places: Record<string, string>;
  /** What has risen to this post: how many, and the first by name (docs/sync.md). */
  risen?: Heard;
  calls: Record<string, Called[]>;
  rules: { values: Record<string, any>; tables: Record<string, Table> };
  /** What rooms' own screens need, by the room's name. */
  rooms?: Record<string, unknown>;
  demo?: boolean;
}
export interface Card { id: string; name: string; sex: string; age: number | null; house: string }
export interface Task {
  key: string; kind: Kind; about: string; subject: string; slot: string; place: string;
  opens: number; due: number; until: number; detail: string;
}
export interface House { id: string; title: string; address: string; place: string }

interface Held { version: string; fetched: number; post: Post }
let held: Held | null = null;
let cards = new Map<string, Card>(), houses = new Map<string, House>(), tasks: Task[] = [];
/** Tasks done here: what is in the outbox, and what was acknowledged since the post was last fetched. */
let done = new Set<string>();
/** What a room's screen remembers of a task done here, by the task's key; told to nobody, gone with the shift. */
let kept: Record<string, unknown> = {};

export const post = () => held?.post ?? null;
export const fetchedAt = () => held?.fetched ?? 0;
export const card = (id: string) => cards.get(id);
export const house = (id: string) => houses.get(id);
export const value = <T>(key: string): T | undefined => held?.post.rules.values[key] as T | undefined;
export const part = <T>(room: string): T | undefined => held?.post.rooms?.[room] as T | undefined;
export const table = (key: string): Table | undefined => held?.post.rules.tables[key];
export const members = (home: string) => [...cards.values()].filter((one) => one.house === home);
export const isDone = (key: string) => done.has(key);
export const finish = (key: string) => void done.add(key);
/** What is remembered of tasks of a kind whose records the server's answer does not yet know. */
export const keptOf = <T>(kind: string) => Object.entries(kept).filter(([key]) => key.startsWith(`${kind}|`) && done.has(key)).map(([, what]) => what as T);
export async function keep(key: string, what?: unknown): Promise<void> {
  kept = { ...kept, [key]: what };
  if (what === undefined) delete kept[key];
  await writeSealed("kept", kept);
}
export const acknowledged = () => [...done];

function take(next: Held | null): void {
  held = next;
  cards = new Map(), houses = new Map(), tasks = [];
  if (!next) return;
  const said = next.post;
  for (const [id, name, sex, age, home] of said.people) cards.set(id, { id, name, sex, age, house: home });
  for (const [id, number, address, place] of said.households)
    houses.set(id, { id, title: `${said.places[place] ?? ""} ${number}`.trim(), address, place });
  tasks = said.tasks.map(([kind, about, subject, slot, place, opens, due, until, detail]) => ({
    key: `${said.kinds[kind]!.kind}|${subject}|${slot}`, kind: said.kinds[kind]!, about, subject, slot, place,
    opens: opens * 1000, due: due * 1000, until: until * 1000, detail,
  }));
}

/** From the phone's own store, after the PIN. */
export async function load(pending: Iterable<string>): Promise<void> {
  take((await readSealed<Held>("post")) ?? null);
  done = new Set([...((await readSealed<string[]>("done")) ?? []), ...pending]);
  kept = (await readSealed<typeof kept>("kept")) ?? {};
}

/** Ask the server anew. `pending`: the tasks that records in the outbox serve. */
export async function fetchPost(pending: () => Promise<string[]>): Promise<void> {
  const said = await ask<{ now: string; version: string; same: boolean; post?: Post; difference?: Difference }>(
    `sync/post?version=${held?.version ?? ""}&difference=true`);
  const fresh = said.post ?? (said.difference && held ? merged(held.post, said.difference) : undefined);
  if (fresh) {
    const next = { version: said.version, fetched: now(), post: fresh };
    await writeSealed("post", next);
    await write("demo", fresh.demo === true);
    take(next);
  } else if (held) {
    held.fetched = now();
  }
  done = new Set(await pending());
  await writeSealed("done", []);
}

/** The end of the shift: cards and tasks are forgotten, records that are not yet sent stay. */
export async function forget(): Promise<void> {
  await db.meta.bulkDelete(["post", "done", "kept"]);
  kept = {};
  done = new Set();
  take(null);
}

export interface Group { id: string; title: string; address: string; tasks: Task[]; due: number }

/** What is to be done now, by household, most overdue first; and how many open later. */
export function today(): { groups: Group[]; count: number; later: number; next: number } {
  const at = now(), groups = new Map<string, Group>();
  let count = 0, later = 0, next = 0;
  for (const task of tasks) {
    if (done.has(task.key) || (task.until && task.until <= at)) continue;
    if (task.opens > at) {
      later++;
      next = next ? Math.min(next, task.opens) : task.opens;
      continue;
    }
    count++;
    const home = task.about === "household" ? task.subject : cards.get(task.subject)?.house ?? "";
    const id = home || task.place;
    const known = houses.get(home);
    const group = groups.get(id) ?? {
      id, title: known?.title ?? held?.post.places[task.place] ?? "", address: known?.address ?? "", tasks: [], due: task.due,
    };
    group.tasks.push(task);
    group.due = Math.min(group.due, task.due);
    groups.set(id, group);
  }
  for (const group of groups.values()) group.tasks = byPerson(group.tasks);
  const sorted = [...groups.values()].sort((a, b) => a.due - b.due || (a.title < b.title ? -1 : 1));
  return { groups: sorted, count, later, next };
}

export interface Risen { key: string; what: string; name: string; place: string; due: number; owner: string; task: Task | undefined }

/** What others left undone and this post was told of, with the task where this phone may do it itself. */
export function risen(): { count: number; rows: Risen[] } {
  const at = now(), { count, rows } = standing(held?.post.risen ?? { count: 0, rows: [] }, at, done);
  const open = new Map(tasks.filter((one) => !one.until || one.until > at).map((one) => [one.key, one]));
  return { count, rows: rows.map(([key, what, name, place, due, , owner]) => {
    const where = held?.post.places[place] ?? "";
    return { key, what, name: name || where, place: name && place !== held?.post.post.place ? where : "", due: due * 1000, owner, task: open.get(key) };
  }) };
}

/** What is to be done now about somebody. */
export const ofPerson = (id: string): Task[] => today().groups.flatMap((group) => group.tasks).filter((task) => task.subject === id);

/** At a door one person after the other, the most overdue first. They come sorted by when they are due. */
function byPerson(some: Task[]): Task[] {
  const persons = new Map<string, Task[]>();
  for (const task of some) persons.set(task.subject, [...(persons.get(task.subject) ?? []), task]);
  return [...persons.values()].flat();
}

export function nameOf(task: Task): string {
  if (task.about === "household") return members(task.subject).map((one) => one.name).join("、") || house(task.subject)?.title || "";
  return cards.get(task.subject)?.name ?? held?.post.others[task.subject] ?? held?.post.places[task.place] ?? "";
}
/** Somebody to call: title, name, and the number where one is known; a server of before told none. */
export type Called = [string, string, string?];
/** Whom to call about something at a place, nearest first. */
export const calls = (place: string): Called[] => held?.post.calls[place.slice(0, 12)] ?? [];
