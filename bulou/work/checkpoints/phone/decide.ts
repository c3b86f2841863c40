// What is decided about whoever stands at a post; the same cases as the server's (tests/cases/pass.toml).
import { decide, type Table } from "@field/decide";

export interface Before { tenths: number | null; origin: string; purpose: string; direction: string; permit: boolean; observed: boolean }
export interface Post { closed: boolean; room: boolean }

export const isFever = (tenths: number | null, line: number | undefined) =>
  tenths === null || line === undefined ? null : tenths >= line;

/** The scalars that the table asks for; null is unknown, never false. Who leaves comes from here. */
export const facts = (before: Before, post: Post, line: number | undefined) => ({
  fever: isFever(before.tenths, line),
  origin: before.direction === "in" && before.origin !== "unknown" && before.origin ? before.origin : null,
  purpose: before.purpose || null, direction: before.direction, observed: before.observed, permit: before.permit,
  closed: post.closed, room: post.room,
});
export const rule = (table: Table, before: Before, post: Post, line: number | undefined) => decide(table, facts(before, post, line));
/** Whether the village is told of who was let in. */
export const tells = (tell: unknown, done: string, before: Before) =>
  before.direction === "in" && done === "let_in" && (tell === "village" || before.origin === "affected-area");

export const PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
const SIGN = "[A-HJ-NP-Z0-9]", OFFICE = `[${PROVINCES}][A-HJ-Z]`;
const PLATES = new RegExp(`^(${[
  `${OFFICE}([A-HJK]${SIGN}[0-9]{4}|[0-9]{5}[A-HJK])`, `${OFFICE}${SIGN}{4}[警挂学试超领]`, `[${PROVINCES}][XS]${SIGN}{4}应急`,
  `粤Z${SIGN}{4}[港澳]`, "[0-9]{6}[领使]", "[领使][0-9]{6}", `WJ[${PROVINCES}]?[0-9]{4}[0-9A-HJ-NP-Z]`, "[A-HJ-NP-Z]{2}[0-9]{5}",
  `[${PROVINCES}][0-9]{2}${SIGN}{5}`, `${OFFICE}(?=([A-Z]*[0-9]){2})${SIGN}{5}`,
].join("|")})$`);
/** Whether a vehicle may bear such a plate. */
export const isPlate = (text: string) => PLATES.test(text);
