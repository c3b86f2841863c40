// Screening on the phone: a round at a door. Outcome, who is there, who is new, and what the round asks of them.
import { useEffect, useRef, useState } from "preact/hooks";
import { record } from "@field/app";
import { draft, keepDraft } from "@field/drafts";
import { dashed } from "@field/ids";
import { card, house, members, nameOf } from "@field/post";
import type { Card, Task } from "@field/post";
import type { Act, Screens, TaskProps } from "@field/room";
import { Choice, Page, who } from "@field/ui";
import { t } from "@field/words";
import { Finds } from "./asked";
import { asks, away, ofPersons, ofRound } from "./carried";
import { Newcomer, asNew, nobody } from "./newcomer";
import type { New } from "./newcomer";
import { isSaid, nothing, ofKnown } from "./told";
import type { Fields, Found } from "./told";
import { Unlisted, homes } from "./unlisted";
import { Standing, counted, tooMany, unseen } from "./water";
import type { Water } from "./water";

type Absent = Record<string, "away" | "gone" | "left">;
/** What is filled in at a door, kept with each change. `known`: who stood on the register then. */
interface Half { known: string[]; here: string[]; fresh: New[]; kept: number; finds: Record<string, Found>; absent: Absent; told: string[]; count: string; water: Water; clear: boolean }

/** Who lives behind a door; in a round over people the person is the door. */
function behind(task: Task): Card[] {
  if (task.about === "household") return members(task.subject);
  const one = task.about === "person" ? card(task.subject) : undefined;
  return one ? [one] : [];
}

/** Somebody who is known here: there or not; what is to be told of them opens when it is asked for. */
function Known(props: { one: Card; here: boolean; kept: boolean; found: Found | undefined; absent: Absent[string] | undefined; asked: Fields;
  flip: (() => void) | undefined; put: (next: Found) => void; say: (word: Absent[string]) => void }) {
  const { one, here, kept, found, absent, asked, flip, put, say } = props;
  const where = (word: Absent[string], label: string) => <Choice label={label} on={absent === word} onClick={() => !kept && say(word)} />;
  return <div>{flip && <Choice label={`${one.name} ${who(one.sex, one.age)}`} on={here} onClick={() => !kept && flip()} />}
    {here && !kept && asked.size > (asked.has("left") ? 1 : 0) && (found ? <div data-finds><Finds one={found} put={put} asked={asked} /></div>
      : <button type="button" class="plain" data-more onClick={() => put(nothing())}>{t("有情况，填写", "Something to tell")}</button>)}
    {!here && <div class="row" role="group" aria-label={one.name} data-absent>{where("away", t("外出，知道去向", "Away, known where"))}{where("gone", t("查无下落", "Nobody can find"))}
      {asked.has("left") && where("left", t("已不住在这户", "Lives here no longer"))}</div>}</div>;
}

function Door({ task, done }: TaskProps) {
  const asked = asks(task.slot), known = behind(task), home = house(task.subject), title = home?.title || nameOf(task);
  const ofPerson = task.about === "household" ? ofPersons(asked) : away(ofPersons(asked));
  const ids = known.map((one) => one.id), [was] = useState(() => draft<Half>(task.key));
  const [here, setHere] = useState<string[]>(ids.filter((id) => !was?.known.includes(id) || was.here.includes(id)));
  const [fresh, setFresh] = useState<New[]>(was?.fresh ?? []), [kept, setKept] = useState(was?.kept ?? 0);
  const [finds, setFinds] = useState<Record<string, Found>>(was?.finds ?? {});
  const [absent, setAbsent] = useState<Absent>(was?.absent ?? {}), [told, setTold] = useState<string[]>(was?.told ?? []);
  const [count, setCount] = useState(was?.count ?? ""), [water, setWater] = useState(was?.water ?? unseen()), [clear, setClear] = useState(was?.clear ?? false);
  const person = task.about === "person", nameless = fresh.some((one) => !one.name.trim());
  const unsaid = known.some((one) => !here.includes(one.id) && !absent[one.id]);
  const denies = ["fever", "symptoms", "contact"].some((name) => asked.has(name)), wet = asked.has("containers");
  const there = here.length + fresh.length + kept;
  // Nothing but what the register says: one tap says so of all of them.
  const plain = !fresh.length && !kept && !told.length && here.length === known.length && !count && !water.containers
    && !clear && Object.values(finds).every((one) => !isSaid(one, ofPerson));
  const over = useRef(false);
  useEffect(() => over.current ? undefined : keepDraft(task.key, plain ? undefined : { known: ids, here, fresh, kept, finds, absent, told, count, water, clear } satisfies Half),
    [here, fresh, kept, finds, absent, told, count, water, clear]);

  /** The answers, each a record of its own before the visit; false when one could not be kept. */
  const answers = async (none: boolean): Promise<boolean> => {
    const base = { ...ofRound(task.slot), ...(person ? {} : { member: dashed(task.subject) }) };
    for (const one of known.filter((one) => !told.includes(one.id))) {
      const said = ofKnown(here.includes(one.id) ? undefined : absent[one.id], finds[one.id], ofPerson, none);
      if (!said) continue;
      if (!(await record("screening.answer", task.place, { ...base, person: dashed(one.id), ...said }, `${home?.title ?? ""} · ${one.name}`))) return false;
      setTold((before) => [...before, one.id]);
    }
    for (const [n, one] of fresh.entries()) {
      if (await record("screening.answer", task.place, { ...base, ...asNew(one, ofPerson, none) }, `${home?.title ?? ""} · ${one.name.trim()}`)) continue;
      setFresh(fresh.slice(n));  // those before are kept: they are not to be kept twice
      setKept(kept + n);
      return false;
    }
    return true;
  };
  const keep = async (outcome: string, said: string, none = clear) => {
    const about = `${title} · ${said}`, seen = outcome === "seen";
    if (seen && !(await answers(none))) return;
    const people = !person && seen && (count || known.length || there) ? { people: count ? Number(count) : there } : {};
    const pools = seen && wet ? (none && plain ? { containers: 0 } : counted(water)) : {};
    if (await record("screening.visit", task.place, { ...ofRound(task.slot), member: dashed(task.subject), outcome, ...people, ...pools }, about, task.key)) {
      over.current = true;  // it is a record now
      keepDraft(task.key);
      done(about);
    }
  };
  const nothingAt = person ? t("本人在，没有情况", "Here, nothing to report") : wet ? t("都在，没有情况，没有积水", "All here, nothing to report, no water")
    : t("都在，没有情况", "All here, nothing to report");
  const said: Record<string, string> = { "nobody-home": t("家中无人", "Nobody home"), refused: t("拒绝", "Refused"), moved: t("已搬走", "Moved away") };
  const met = person ? t("已见面", "Seen") : t("已入户", "Entered"), tap = plain && known.length > 0 && (denies || wet);
  const outcome = (word: string, label: string, kind: string, disabled = false) =>
    <button type="button" class={kind} data-outcome={word} disabled={disabled} onClick={() => void keep(word, label)}>{label}</button>;
  // Where the thumb is, however many live here: every outcome, and above them the one tap for nothing to report.
  const foot = <nav class="acts at-door" aria-label={t("上门结果", "What was found")}>
    {tap && <button type="button" class="wide" data-plain onClick={() => void keep("seen", nothingAt, true)}>{nothingAt}</button>}
    {outcome("seen", met, tap ? "quiet" : "", nameless || unsaid || tooMany(water))}
    {Object.entries(said).map(([word, label]) => outcome(word, label, "quiet"))}</nav>;
  return <Page title={title} back foot={foot} tall={tap} sub={[task.kind.title, home?.address, said[task.detail] ?? task.detail].filter(Boolean).join(" · ")}>
    {known.length > 0 && <fieldset><legend>{person ? title : t("谁在家", "Who is there")}</legend>
      {known.map((one) => <Known key={one.id} one={one} asked={ofPerson} here={here.includes(one.id)} kept={told.includes(one.id)}
        found={finds[one.id]} absent={absent[one.id]} put={(next) => setFinds({ ...finds, [one.id]: next })}
        say={(word) => setAbsent({ ...absent, [one.id]: word })}
        flip={person ? undefined : () => setHere(here.includes(one.id) ? here.filter((two) => two !== one.id) : [...here, one.id])} />)}</fieldset>}
    {fresh.map((one, n) => <Newcomer key={n} one={one} n={n} asked={ofPerson} put={(next) => setFresh(next ? fresh.map((two, k) => (k === n ? next : two)) : fresh.filter((_, k) => k !== n))} />)}
    {!person && <button type="button" class="choice" data-add onClick={() => setFresh([...fresh, nobody()])}>{t("＋ 名单上没有的人", "+ Somebody who is not listed")}</button>}
    {!person && asked.has("people") && <label>{t("现住几人", "How many live here now")}
      <input data-count inputMode="numeric" pattern="[0-9]*" value={count} placeholder={`${there}`} maxLength={4} autocomplete="off"
        onInput={(event) => setCount(event.currentTarget.value.replace(/\D/g, ""))} /></label>}
    {wet && <Standing one={water} put={setWater} />}
    {denies && !plain && <Choice label={t("都问过：其余的人没有发热、咳嗽，没有接触过病例", "All were asked: nobody else has fever or cough, or met a case")} on={clear} onClick={() => setClear(!clear)} />}
  </Page>;
}

export const screens: Screens = {
  "screening.household": Door, "screening.person": Door, "screening.venue": Door, "screening.again": Door,
};

export const acts: Act[] = [
  { id: "unlisted", title: () => t("名单外住户", "Home on no list"), when: () => homes().length > 0, Screen: Unlisted },
];
