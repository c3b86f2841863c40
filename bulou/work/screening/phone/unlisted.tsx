// A home that stands on no list: its number, where it is, who lives there. The visit enters it, so it goes before the answers.
import { useEffect, useRef, useState } from "preact/hooks";
import { record } from "@field/app";
import { now } from "@field/clock";
import { draft, keepDraft } from "@field/drafts";
import { uuid7 } from "@field/ids";
import { post } from "@field/post";
import { Choice, Page } from "@field/ui";
import { t } from "@field/words";
import { asks, homes, ofPersons, ofRound } from "./carried";
import { Newcomer, asNew, nobody } from "./newcomer";
import type { New } from "./newcomer";
export { homes };

const KEY = "screening.unlisted";
interface Half { id: string; slot: string; number: string; address: string; people: New[]; kept: boolean }
const fresh = (): Half => ({ id: uuid7(now()), slot: homes()[0]?.[0] ?? "", number: "", address: "", people: [nobody()], kept: false });

export function Unlisted({ done }: { done: (said: string) => void }) {
  const [half, setHalf] = useState<Half>(() => draft<Half>(KEY) ?? fresh()), over = useRef(false);
  const put = (some: Partial<Half>) => setHalf((before) => ({ ...before, ...some }));
  const begun = half.kept || half.number !== "" || half.address !== "" || half.people.some((one) => one.name !== "");
  useEffect(() => (over.current ? undefined : keepDraft(KEY, begun ? half : undefined)), [half]);
  const asked = ofPersons(asks(half.slot)), rounds = homes(), place = post()?.post.place ?? "";
  const nameless = half.people.some((one) => !one.name.trim()), numberless = !half.number.trim();

  const keep = async (outcome: string, said: string) => {
    const about = `${half.number.trim()} · ${said}`, base = { ...ofRound(half.slot), member: half.id }, seen = outcome === "seen";
    const door = { number: half.number.trim(), address: half.address.trim() };
    if (!half.kept) {
      const visit = { ...base, outcome, door, ...(seen ? { people: half.people.length } : {}) };
      if (!(await record("screening.visit", place, visit, about))) return;
      put({ kept: true });
    }
    for (const [n, one] of (seen ? half.people : []).entries()) {
      if (await record("screening.answer", place, { ...base, ...asNew(one, asked, false) }, `${door.number} · ${one.name.trim()}`)) continue;
      put({ people: half.people.slice(n) });  // those before are kept: they are not to be kept twice
      return;
    }
    over.current = true;  // it is a record now
    keepDraft(KEY);
    done(about);
  };
  const line = (name: "number" | "address", label: string, most: number) => <label>{label}
    <input value={half[name]} disabled={half.kept} autocomplete="off" maxLength={most} onInput={(event) => put({ [name]: event.currentTarget.value })} /></label>;
  const outcome = (word: string, label: string, kind: string, disabled: boolean) =>
    <button type="button" class={kind} data-outcome={word} disabled={disabled} onClick={() => void keep(word, label)}>{label}</button>;
  const foot = <nav class="acts at-door" aria-label={t("上门结果", "What was found")}>
    {outcome("seen", t("已入户", "Entered"), "", numberless || nameless)}
    {outcome("nobody-home", t("家中无人", "Nobody home"), "quiet", numberless || half.kept)}
    {outcome("refused", t("拒绝", "Refused"), "quiet", numberless || half.kept)}</nav>;
  return <Page title={t("名单外住户", "Home on no list")} back foot={foot} sub={t("登记后列入本轮排查。", "Once entered, it is part of the round.")}>
    {rounds.length > 1 && <fieldset><legend>{t("哪一轮", "Which round")}</legend>{rounds.map(([slot, name]) =>
      <Choice key={slot} label={name} on={half.slot === slot} onClick={() => !half.kept && put({ slot })} />)}</fieldset>}
    {line("number", t("门牌号，没有就写“无号”", "House number, or that it has none"), 40)}
    {line("address", t("在哪里", "Where it is"), 200)}
    {half.people.map((one, n) => <Newcomer key={n} one={one} n={n} asked={asked}
      put={(next) => put({ people: next ? half.people.map((two, k) => (k === n ? next : two)) : half.people.filter((_, k) => k !== n) })} />)}
    <button type="button" class="choice" data-add onClick={() => put({ people: [...half.people, nobody()] })}>{t("＋ 还有一人", "+ One more")}</button>
  </Page>;
}
