// A pass: how many, each one's temperature, the plate; the outcome stands there before anything is sent.
import type { ComponentType } from "preact";
import { useState } from "preact/hooks";
import { record } from "@field/app";
import { dashed } from "@field/ids";
import { card, table, value } from "@field/post";
import { Calls, Choice, Keypad, Page, big, toast, typed } from "@field/ui";
import { t } from "@field/words";
import { isFever, isPlate, rule, tells, type Before } from "./decide";
import { hasPermit, homeSign, isWatched, known, type Checkpoint } from "./known";
import { PlatePad } from "./plate";

interface One { digits: string; person: string; name: string; doc: string; phone: string }
const nobody = (): One => ({ digits: "", person: "", name: "", doc: "", phone: "" });
const tenthsOf = (one: One) => (one.digits.length === 3 ? Number(one.digits) : null);
const degrees = (one: One) => `${one.digits[0] ?? "–"}${one.digits[1] ?? "–"}.${one.digits[2] ?? "–"}`;

const OUTCOMES: Record<string, () => [string, string, string]> = {
  let_in: () => ["✓", t("放行", "Let in"), ""],
  sent_back: () => ["↩", t("劝返", "Send back"), "wait"],
  held: () => ["!", t("进隔离室", "Isolation room"), "bad"],
  to_clinic: () => ["!", t("送发热门诊", "To the fever clinic"), "bad"],
};
const rank = ["let_in", "sent_back", "held", "to_clinic"];
const ORIGINS = (): [string, string][] => [["own-county", t("本县", "Own county")], ["own-province", t("本省", "Own province")],
  ["other-province", t("外省", "Other province")], ["affected-area", t("重点疫区", "Affected area")], ["abroad", t("境外", "Abroad")]];
const PURPOSES = (): [string, string][] => [["home", t("回家", "Home")], ["work", t("上班", "Work")], ["goods", t("送货", "Goods")],
  ["medical", t("就医", "Doctor")], ["visit", t("探访", "Visit")], ["transit", t("路过", "Passing through")]];

interface Props { post: Checkpoint; leave: (() => void) | null; villages: ComponentType<{ at: string; set: (code: string) => void }>; done: (said: string) => void }

export function PassScreen({ post, leave, villages: Villages, done }: Props) {
  const [some, setSome] = useState<One[]>([nobody()]), [at, setAt] = useState(0), [plate, setPlate] = useState("");
  const [origin, setOrigin] = useState(""), [purpose, setPurpose] = useState(""), [out, setOut] = useState(false), [to, setTo] = useState("");
  const [pad, setPad] = useState(false), [search, setSearch] = useState(""), [act, setAct] = useState<string | null>(null), [round, setRound] = useState(0);
  const line = value<number>("fever.tenths"), [low, high] = value<[number, number]>("checkpoints.plausible_tenths") ?? [0, 999];
  const rules = table("checkpoints.pass"), direction = out ? "out" : "in", here = some[at] ?? some[0]!;
  const before = (one: One): Before => ({ tenths: tenthsOf(one), origin, purpose, direction,
    permit: one.person !== "" && hasPermit(one.person, post.place), observed: one.person !== "" && isWatched(one.person) });
  const said = some.map((one) => ({ one, row: rules ? rule(rules, before(one), post, line) : null }));
  const outcome = (row: (typeof said)[number]["row"]) => String(row?.then.outcome ?? "");
  const worst = said.reduce((a, b) => (rank.indexOf(outcome(b.row)) > rank.indexOf(outcome(a.row)) ? b : a));
  const wrong = some.some((one) => { const n = tenthsOf(one); return n !== null && (n < low || n > high); });
  const half = some.some((one) => one.digits.length % 3 !== 0), badPlate = plate.length > 1 && !isPlate(plate);
  const nameless = said.some(({ one, row }) => row?.then.who === "named" && !one.person && !one.name.trim());
  const whither = said.some(({ one, row }) => tells(row?.then.tell, outcome(row), before(one)));
  const own = ["village", "compound"].includes(post.kind) && post.place.length >= 12;
  const missing = wrong || half || badPlate || nameless || (whither && !to && !own);
  const put = (n: number, patch: Partial<One>) => setSome(some.map((one, k) => (k === n ? { ...one, ...patch } : one)));
  const again = () => { setSome([nobody()]); setAt(0); setPlate(""); setOrigin(""); setPurpose(""); setOut(false); setTo(""); setSearch(""); setAct(null); setRound(round + 1); window.scrollTo(0, 0); };

  const one = (who: One, row: (typeof said)[number]["row"]) => ({
    tenths: tenthsOf(who), outcome: outcome(row),
    ...(who.person ? { person: dashed(who.person) } : who.name.trim() ? { who: { name: who.name.trim(), doc_number: who.doc.trim(), phone: who.phone.trim() } } : {}),
  });
  const keep = async (these = said) => {
    const [first, ...rest] = these.map(({ one: who, row }) => one(who, row));
    const data = { ...first, checkpoint: dashed(post.id), direction, origin, purpose, plate: plate.length > 1 ? plate : "",
      ...(to ? { to_place: to } : {}), ...(rest.length ? { companions: rest } : {}) };
    const name = these.map(({ one: who }) => card(who.person)?.name ?? who.name).filter(Boolean).join("、") || (plate.length > 1 ? plate : t(`${these.length} 人`, `${these.length} people`));
    const done_ = these.reduce((a, b) => (rank.indexOf(outcome(b.row)) > rank.indexOf(outcome(a.row)) ? b : a));
    const word = OUTCOMES[outcome(done_.row)]?.()[1] ?? "";
    if (!(await record("checkpoints.pass", post.place, data, `${name} · ${word}`))) return;
    if (outcome(done_.row) === "let_in") { again(); toast(`${name} · ${word}`); } else setAct(outcome(done_.row));
  };
  /** Whoever passes every day: the number first, then one tap; without a number they are chosen. */
  const tap = (id: string) => {
    if (some.length === 1 && tenthsOf(here) !== null) {
      const who = { ...here, person: id, name: "" }, row = rules ? rule(rules, before(who), post, line) : null;
      if (outcome(row) === "let_in" && !wrong) { void keep([{ one: who, row }]); return; }
    }
    put(at, { person: id, name: "" });
  };
  const key = (pressed: string) => {
    const digits = typed(here.digits, pressed, 3), next = some.findIndex((two, n) => n !== at && two.digits.length < 3);
    put(at, { digits });
    if (digits.length === 3 && here.digits.length < 3 && next >= 0) setAt(next);
  };
  const count = (n: number) => { setSome(Array.from({ length: n }, (_, k) => some[k] ?? nobody())); setAt(Math.min(at, n - 1)); };
  if (act) return <Act outcome={act} post={post} next={again} />;
  const [sign, word, tone] = !rules ? ["?", t("规则未下发", "No rules yet"), "wait"]
    : outcome(worst.row) === "let_in" && some.some((two) => tenthsOf(two) === null) ? ["?", t("未测体温", "Not measured"), "wait"]
    : OUTCOMES[outcome(worst.row)]!();
  const why = worst.row && t(worst.row.zh ?? "", worst.row.en ?? "");
  return <Page title={post.name} back>
    <p class={`outcome ${tone}`} aria-live="polite" data-outcome={outcome(worst.row)}>{sign} {word}
      {why && why !== word && <small>{why}</small>}</p>
    {some.some((two) => two.person && isWatched(two.person)) && <p class="warn" role="alert">⚠ {t("正在医学观察，不要放行。", "Under observation: do not let them through.")}</p>}
    <div class="row count" role="group" aria-label={t("人数", "How many")}>{[1, 2, 3, 4, 5].map((n) =>
      <button key={n} type="button" class="choice" aria-pressed={some.length === n} data-count={n} onClick={() => count(n)}>{n}</button>)}
      <button type="button" class="choice" aria-pressed={some.length > 5} aria-label={t("再加一人", "One more")} onClick={() => count(Math.min(some.length + 1, 60))}>{some.length > 5 ? some.length : "+"}</button></div>
    <div class="row" role="group" aria-label={t("同行人", "Who")}>{some.map((two, n) => { const hot = isFever(tenthsOf(two), line) === true;
      return <button key={n} type="button" class="choice" aria-pressed={n === at} onClick={() => setAt(n)}>{hot && "⚠ "}<b>{degrees(two)}</b> {card(two.person)?.name || two.name || t(`第${n + 1}人`, `no. ${n + 1}`)}</button>; })}</div>
    {wrong && <p class="warn" role="alert">⚠ {t("没有这样的体温，请再量一次。", "No person has such a temperature. Measure again.")}</p>}
    {pad ? <PlatePad text={plate} set={setPlate} close={() => setPad(false)} /> : <>
      <Keypad onKey={key} label={t("体温键盘", "Temperature keypad")} />
      <div class="row"><button type="button" data-plate onClick={() => { if (!plate) setPlate(localStorage.getItem("plate") ?? homeSign()); setPad(true); }}>{t("车牌", "Plate")} <b>{plate.length > 1 ? plate : ""}</b></button>
        <button type="button" class="choice" aria-pressed={out} onClick={() => setOut(!out)}>{out ? t("出", "Out") : t("进", "In")}</button></div></>}
    {!pad && <Known search={search} set={setSearch} tap={tap} place={post} />}
    {!out && <div class="choices" role="group" aria-label={t("从哪里来", "Comes from")}>{ORIGINS().map(([value_, label]) =>
      <Choice key={value_} on={origin === value_} label={label} onClick={() => setOrigin(origin === value_ ? "" : value_)} />)}</div>}
    {whither && !own && <Villages at={to} set={setTo} />}
    {nameless && <p class="warn" role="alert">⚠ {t("须实名登记：填写姓名。", "By the rules they must be named.")}</p>}
    {big(t(`登记：${word}`, `Enter: ${word}`), () => { if (plate.length > 2) localStorage.setItem("plate", plate.slice(0, 2)); void keep(); }, { disabled: missing || !rules, kind: tone === "bad" ? "danger" : "" })}
    <Who key={round} one={here} put={(patch) => put(at, patch)} open={nameless} />
    <details><summary>{t("事由", "What for")}{purpose && " ✓"}</summary><div class="choices">{PURPOSES().map(([value_, label]) =>
      <Choice key={value_} on={purpose === value_} label={label} onClick={() => setPurpose(purpose === value_ ? "" : value_)} />)}</div></details>
    {leave && <p><button type="button" class="plain" onClick={leave}>{t("换一个卡点", "Another post")}</button></p>}
    {big(t("返回今天的任务", "Back to my tasks"), () => done(post.name), { kind: "quiet" })}
  </Page>;
}

function Who({ one, put, open }: { one: One; put: (patch: Partial<One>) => void; open: boolean }) {
  const field = (label: string, name: "name" | "doc" | "phone", mode: "text" | "tel") => <label>{label}
    <input value={one[name]} inputMode={mode} autocomplete="off" onInput={(event) => put({ [name]: event.currentTarget.value, ...(name === "name" ? { person: "" } : {}) })} /></label>;
  return <details open={open}><summary>{t("姓名、证件、电话", "Name, document, telephone")}</summary>
    {field(t("姓名", "Full name"), "name", "text")}{field(t("身份证号", "Identity number"), "doc", "text")}{field(t("电话", "Telephone"), "phone", "tel")}</details>;
}

function Known({ search, set, tap, place }: { search: string; set: (text: string) => void; tap: (id: string) => void; place: Checkpoint }) {
  const all = known(search.trim()), shown = all.slice(0, 8);
  if (!all.length && !search) return null;
  const mark = (id: string) => (isWatched(id) ? t("⚠ 正在观察", "⚠ under observation") : hasPermit(id, place.place) ? t("有证", "permit") : "");
  return <section class="door"><h2>{t("熟人：量完体温点一下", "Known here: the number, then one tap")}</h2>
    {all.length > 8 || search ? <input value={search} aria-label={t("姓名", "Name")} placeholder={t("姓名", "Name")} onInput={(event) => set(event.currentTarget.value)} /> : null}
    <div class="row">{shown.map((one) => <button key={one.id} type="button" class="choice" data-known={one.id} onClick={() => tap(one.id)}>
      <b>{one.name}</b> {mark(one.id)}</button>)}</div></section>;
}

/** What to do now with whoever may not simply go on. */
function Act({ outcome, post, next }: { outcome: string; post: Checkpoint; next: () => void }) {
  const [sign, word, tone] = OUTCOMES[outcome]!();
  const steps: Record<string, string[]> = {
    sent_back: [t("说明规定，请原路返回。", "Explain the rule; they go back the way they came.")],
    held: [t("请进隔离室，戴好口罩，不与他人接触。", "Into the isolation room, with a mask on, apart from everybody."), t("打电话，请人来接：", "Call, so that somebody fetches them:")],
    to_clinic: [t("戴好口罩，留在车里或隔离室，不要自行就医。", "Mask on, in the car or the isolation room. They do not go to a doctor on their own."), t("打电话，请人来接：", "Call, so that somebody fetches them:")],
  };
  return <Page title={post.name}>
    <p class={`outcome ${tone}`} role="alert" data-outcome={outcome}>{sign} {word}</p>
    <ol class="now">{(steps[outcome] ?? []).map((one) => <li key={one}>{one}</li>)}</ol>
    {outcome !== "sent_back" && <Calls place={post.place} />}
    {big(t("下一个", "Next one"), next)}
  </Page>;
}
