// What the phone of a post carries: the posts, who is known there.
import { now } from "@field/clock";
import { card, part, post } from "@field/post";

export interface Carried {
  posts: [string, string, string, string, boolean, boolean][];
  villages: [string, string][];
  regulars: [string, number][];
  permits: [string, string, string][];
  watched: string[];
  told?: [string, number, "seen" | "late" | "waits" | "", number][];
}
export interface Checkpoint { id: string; name: string; kind: string; place: string; closed: boolean; room: boolean }
const carried = () => part<Carried>("checkpoints");

export const mine = (): Checkpoint[] => (carried()?.posts ?? [])
  .map(([id, name, kind, place, closed, room]) => ({ id, name, kind, place, closed, room }));
export const isWatched = (person: string) => carried()?.watched.includes(person) === true;
/** What became of those let in of whom a village was told: the latest first. */
export const told = () => (carried()?.told ?? []).map(([id, passed, said, at]) =>
  ({ id, name: card(id)?.name ?? "", passed: passed * 1000, said: said === "waits" && at * 1000 < now() ? "late" : said, at: at * 1000 }));
/** Whether somebody may pass a closed post today. */
export const hasPermit = (person: string, place: string) => (carried()?.permits ?? []).some(([who, at, days]) =>
  who === person && place.startsWith(at) && (!days || days.includes(String(new Date(now()).getDay() || 7))));
/** Those who pass here often, then those with a permit; by what begins with a text. */
export function known(text: string): { id: string; name: string; often: number }[] {
  const all = new Map<string, number>((carried()?.regulars ?? []));
  for (const [person] of carried()?.permits ?? []) if (!all.has(person)) all.set(person, 0);
  return [...all].map(([id, often]) => ({ id, often, name: card(id)?.name ?? "" })).filter((one) => one.name.startsWith(text));
}
/** The province's sign of this post, with which most plates begin. */
const SIGNS: Record<string, string> = {
  11: "京", 12: "津", 13: "冀", 14: "晋", 15: "蒙", 21: "辽", 22: "吉", 23: "黑", 31: "沪", 32: "苏", 33: "浙", 34: "皖", 35: "闽", 36: "赣", 37: "鲁",
  41: "豫", 42: "鄂", 43: "湘", 44: "粤", 45: "桂", 46: "琼", 50: "渝", 51: "川", 52: "贵", 53: "云", 54: "藏", 61: "陕", 62: "甘", 63: "青", 64: "宁", 65: "新",
};
export const homeSign = () => SIGNS[post()?.post.place.slice(0, 2) ?? ""] ?? "";
