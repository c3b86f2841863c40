// Posts on the phone: who is in front of me, may they pass? And who is held, who strayed, who on duty is measured.
import { useState } from "preact/hooks";
import { record } from "@field/app";
import { dashed } from "@field/ids";
import { nameOf, part, value } from "@field/post";
import type { Act, Screens, TaskProps } from "@field/room";
import { now } from "@field/clock";
import { Calls, Choice, Keypad, Page, big, hour, typed } from "@field/ui";
import { t } from "@field/words";
import { isFever } from "./decide";
import { PassScreen } from "./pass";
import { mine, told, type Carried } from "./known";

function Villages({ at, set }: { at: string; set: (code: string) => void }) {
  return <select value={at} aria-label={t("去往村居", "Village they go to")} onChange={(event) => set(event.currentTarget.value)}>
    <option value="">{t("去往哪个村居？", "Which village do they go to?")}</option>
    {(part<Carried>("checkpoints")?.villages ?? []).map(([code, name]) => <option key={code} value={code}>{name}</option>)}</select>;
}

/** In the isolation room until somebody takes over. */
function Hold({ task, done }: TaskProps) {
  const [village, setVillage] = useState("");
  const keep = async (taker: string, said: string) => {
    const about = `${nameOf(task)} · ${said}`, more = taker === "village" ? { to_place: village } : {};
    if (await record("checkpoints.handed", task.place, { person: dashed(task.subject), taker, ...more }, about, task.key)) done(about);
  };
  const button = (taker: string, said: string, more = {}) => big(said, () => void keep(taker, said), { kind: "quiet", ...more });
  return <Page title={nameOf(task)} back sub={t("在隔离室：由谁接走？", "In the isolation room: who takes over?")}>
    {button("ambulance", t("救护车接走", "Ambulance"))}{button("clinic", t("发热门诊接走", "Fever clinic"))}
    {button("back", t("劝返回家", "Sent home again"))}
    <Villages at={village} set={setVillage} />
    {button("village", t("放行，由村居接管", "Let in: the village takes over"), { disabled: !village })}
    <Calls place={task.place} />
  </Page>;
}

/** Somebody under observation was at a post: why? */
function Stray({ task, done }: TaskProps) {
  const keep = async (what: string, said: string) => {
    const about = `${nameOf(task)} · ${said}`;
    if (await record("checkpoints.followed", task.place, { person: dashed(task.subject), what }, about, task.key)) done(about);
  };
  return <Page title={nameOf(task)} back sub={task.kind.title}>
    {big(t("擅自外出", "Went out without leave"), () => void keep("breach", t("擅自外出", "Went out without leave")), { kind: "danger" })}
    {big(t("经批准外出", "Was allowed to"), () => void keep("allowed", t("经批准外出", "Was allowed to")), { kind: "quiet" })}
    {big(t("不是本人", "It was somebody else"), () => void keep("mistaken", t("不是本人", "It was somebody else")), { kind: "quiet" })}
  </Page>;
}

/** Whoever stands at a post is measured as well. */
function Own({ task, done }: TaskProps) {
  const [digits, setDigits] = useState(""), [low, high] = value<[number, number]>("checkpoints.plausible_tenths") ?? [0, 999];
  const tenths = digits.length === 3 ? Number(digits) : null, wrong = tenths !== null && (tenths < low || tenths > high);
  const hot = isFever(tenths, value<number>("fever.tenths")) === true;
  const keep = async () => {
    const about = `${nameOf(task)} ${digits.slice(0, 2)}.${digits[2]} °C`;
    if (await record("checkpoints.own_temperature", task.place, { staff: dashed(task.subject), tenths }, about, task.key)) done(about);
  };
  return <Page title={nameOf(task)} back sub={task.kind.title}>
    <p class={hot ? "degrees hot" : "degrees"} aria-live="polite">{`${digits[0] ?? "–"}${digits[1] ?? "–"}.${digits[2] ?? "–"}`} <small>°C</small></p>
    {wrong && <p class="warn" role="alert">⚠ {t("没有这样的体温，请再量一次。", "No person has such a temperature. Measure again.")}</p>}
    {hot && !wrong && <p class="warn" role="alert">⚠ {t("发热：交班、戴好口罩、联系乡镇。", "A fever: hand over, put a mask on, call the township.")}</p>}
    <Keypad onKey={(key) => setDigits(typed(digits, key, 3))} label={t("体温键盘", "Temperature keypad")} />
    {big(t("保存", "Keep"), () => void keep(), { disabled: tenths === null || wrong })}
  </Page>;
}

/** Which post, when several stand here; then the pass. */
function AtPost({ done }: { done: (said: string) => void }) {
  const posts = mine(), [at, setAt] = useState(localStorage.getItem("post") ?? "");
  const here = posts.find((one) => one.id === at) ?? (posts.length === 1 ? posts[0] : undefined);
  if (!here) return <Page title={t("在哪个卡点？", "At which post?")} back>
    {posts.map((one) => <Choice key={one.id} on={false} label={one.name} onClick={() => { localStorage.setItem("post", one.id); setAt(one.id); }} />)}</Page>;
  return <PassScreen post={here} leave={posts.length > 1 ? () => { localStorage.removeItem("post"); setAt(""); } : null} villages={Villages} done={done} />;
}

/** What became of those let in: seen at home, or not yet. */
function Told() {
  const said = (one: ReturnType<typeof told>[number]) => ({
    seen: `✓ ${t("已上门见面", "Seen at home")} ${hour(one.at, now())}`, late: `⚠ ${t("逾期未见面", "Not seen in time")} ${hour(one.at, now())}`,
    waits: `○ ${t("待见面，不晚于", "To be seen by")} ${hour(one.at, now())}`, "": "—",
  }[one.said]);
  return <Page title={t("放行后续", "Those let in")} back sub={t("去往村居是否已上门见面", "Whether the village they went to has seen them at home")}>
    <ul>{told().map((one) => <li key={one.id + one.passed} class={one.said === "late" ? "refused" : "waits"} data-told-of={one.said}>
      <b>{one.name}</b><small>{t("通过", "Passed")} {hour(one.passed, now())}</small><p>{said(one)}</p></li>)}</ul>
  </Page>;
}

export const screens: Screens = { "checkpoints.hold": Hold, "checkpoints.stray": Stray, "checkpoints.own": Own };
export const acts: Act[] = [
  { id: "pass", title: () => t("登记通行", "At the post"), when: () => mine().length > 0, Screen: AtPost },
  { id: "told", title: () => t("放行后续", "Those let in"), when: () => told().length > 0, Screen: Told },
];
