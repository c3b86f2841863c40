// Run by tests: what the phone decides in the cases that the server is held to. Reads JSON, writes JSON.
import { isAlarm, isFever, personOf, tenthsOf } from "../../work/observation/phone/decide";
import { isPlate, rule, tells, type Before, type Post } from "../../work/checkpoints/phone/decide";
import { nothing, ofKnown, type Found } from "../../work/screening/phone/told";
import { merged, type Difference } from "./src/changes";
import { decide, type Table } from "./src/decide";
import type { Post as Held } from "./src/post";
import { standing, type Heard } from "./src/risen";

interface Asked {
  tables: { table: Table; facts: Record<string, unknown>[] }[];
  readings: { line: number; alarming: string[]; cases: { tenths: number; symptoms: string[] }[] };
  typed: string[];
  squares?: { texts: string[]; papers: Record<string, string> };
  passes?: { table: Table; line: number; cases: { before: Before; post: Post }[]; plates: string[] };
  posts?: { before: Held; difference: Difference }[];
  doors?: { absent?: "away" | "gone" | "left"; told: Partial<Found>; asked: string[]; clear: boolean }[];
  risen?: { heard: Heard; at: number; done: string[] }[];
}
const none = (tenths: number) => (tenths < 0 ? null : tenths);

export function answer(asked: Asked): unknown {
  const { line, alarming, cases } = asked.readings, rules = { line, alarming, plausible: undefined };
  return {
    tables: asked.tables.map(({ table, facts }) => facts.map((one) => decide(table, one)?.name ?? "")),
    readings: cases.map((one) => [isFever(none(one.tenths), rules), isAlarm(none(one.tenths), one.symptoms, rules)]),
    typed: asked.typed.map((one) => tenthsOf(one) ?? -1),
    squares: asked.squares?.texts.map((text) => personOf(text, asked.squares!.papers)),
    passes: asked.passes?.cases.map(({ before, post }) => {
      const row = rule(asked.passes!.table, before, post, asked.passes!.line), done = String(row?.then.outcome);
      return [row?.name, done, tells(row?.then.tell, done, before)];
    }),
    posts: asked.posts?.map(({ before, difference }) => merged(before, difference)),
    doors: asked.doors?.map((one) => ofKnown(one.absent, { ...nothing(), ...one.told }, new Set(one.asked), one.clear) ?? null),
    risen: asked.risen?.map(({ heard, at, done }) => standing(heard, at, new Set(done))),
    plates: asked.passes?.plates.map(isPlate),
  };
}
