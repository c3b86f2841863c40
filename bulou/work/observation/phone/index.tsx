// Observation on the phone: a reading in two taps and a number; the notice.
import { useState } from "preact/hooks";
import { record, useApp } from "@field/app";
import { dashed } from "@field/ids";
import { card, house, nameOf, post, value, type Task } from "@field/post";
import type { Act as Deed, Screens, TaskProps } from "@field/room";
import { Calls, Choice, Keypad, Page, big, typed, who } from "@field/ui";
import { language, t } from "@field/words";
import { isAlarm, isFever, isPlausible, tenthsOf, type Rules } from "./decide";
import { Scan, papers } from "./scan";

interface Word { word: string; zh: string; en: string }
const degrees = (tenths: number) => `${Math.floor(tenths / 10)}.${tenths % 10}`;
const rulesNow = (): Rules => ({
  line: value<number>("fever.tenths"), alarming: value<string[]>("symptoms.alarm") ?? [],
  plausible: value<[number, number]>("observation.plausible_tenths"),
});

/** What was typed, with its point where it will stand: 36 → 36.–, 365 → 36.5 */
const shown = (digits: string) => `${digits[0] ?? "–"}${digits[1] ?? "–"}.${digits[2] ?? "–"}`;

function Reading({ task, done }: TaskProps) {
  const [digits, setDigits] = useState(""), [ticked, setTicked] = useState<string[]>([]);
  const [step, setStep] = useState<"enter" | "sure" | "act">("enter");
  const rules = rulesNow(), tenths = tenthsOf(digits), one = card(task.subject);
  const wrong = tenths !== null && !isPlausible(tenths, rules);
  const ready = !wrong && (tenths !== null || (digits === "" && ticked.length > 0));
  const alarm = isAlarm(tenths, ticked, rules);
  const keep = async () => {
    const about = `${nameOf(task)} ${tenths === null ? "" : `${degrees(tenths)} °C`}`.trim();
    const data = { person: dashed(task.subject), tenths, symptoms: ticked };
    if (!(await record("observation.reading", task.place, data, about, task.key))) return;
    if (alarm) setStep("act");
    else done(about);
  };
  const title = nameOf(task), at = house(one?.house ?? "");
  if (step === "act") return <Act task={task} title={title} done={() => done(title)} />;
  if (step === "sure") return <Page title={title} back>
    <p class="degrees hot">{tenths === null ? "⚠" : <>{degrees(tenths)} <small>°C</small></>}</p>
    <p class="warn" role="alert">⚠ {isFever(tenths, rules) ? t("达到发热线。体温读对了吗？", "Over the fever line. Is the number right?")
      : t("有须立即上报的症状。填对了吗？", "A complaint that is reported at once. Is it right?")}</p>
    {big(t("不对，重填", "No: enter it again"), () => { setDigits(""); setStep("enter"); }, { kind: "quiet" })}
    {big(t("对，上报", "Yes: report it"), () => void keep(), { kind: "danger" })}
  </Page>;
  return <Page title={title} back sub={[one && who(one.sex, one.age), at?.title, at?.address].filter(Boolean).join(" · ")}>
    <p class={alarm && !wrong ? "degrees hot" : "degrees"} aria-live="polite">{shown(digits)} <small>°C</small></p>
    {wrong && <p class="warn" role="alert">⚠ {t("没有这样的体温，请再看一次体温计。", "No person has such a temperature. Look at the thermometer again.")}</p>}
    <Keypad onKey={(key) => setDigits(typed(digits, key, 3))} label={t("体温键盘", "Temperature keypad")} />
    {big(t("发送", "Send"), () => (alarm ? setStep("sure") : void keep()), { disabled: !ready })}
    <Symptoms ticked={ticked} set={setTicked} />
  </Page>;
}

function Symptoms({ ticked, set }: { ticked: string[]; set: (next: string[]) => void }) {
  const words = new Map((value<Word[]>("symptoms.words") ?? []).map((one) => [one.word, one]));
  const judges = value<string[]>("symptoms.judged_by")?.includes(post()?.post.role ?? "");
  const clinical = judges ? value<string[]>("symptoms.clinical") ?? [] : [];
  const all = [...new Set([...(value<string[]>("symptoms.lay") ?? []), ...clinical, "other"])];
  return <details><summary>{t("有不适", "Complaints")}{ticked.length > 0 && ` (${ticked.length})`}</summary>
    <div class="choices">{all.map((word) => <Choice key={word} label={words.get(word)?.[language()] ?? word} on={ticked.includes(word)}
      onClick={() => set(ticked.includes(word) ? ticked.filter((one) => one !== word) : [...ticked, word])} />)}</div></details>;
}

/** What to do now, and whom to call. */
function Act({ task, title, done }: { task: Task; title: string; done: () => void }) {
  const { waiting } = useApp();
  return <Page title={title}>
    <p class="warn" role="alert">⚠ {t("发热或须立即上报的症状：现在就办。", "Fever or an alarming complaint: act now.")}</p>
    <ol class="now">
      <li>{t("让本人留在自己房间，戴好口罩，不要自行就医。", "They stay in their room, with a mask on. They do not go to a doctor on their own.")}</li>
      <li>{waiting > 0 ? <b>{t("还没有发出去：别人还不知道，请马上打电话。", "It is not sent yet: nobody knows. Call at once.")}</b>
        : t("已经上报，发热门诊和乡镇都能看到。", "It is reported: the fever clinic and the township see it.")}</li>
      <li>{t("打电话，请人来接：", "Call, so that somebody fetches them:")}
        <Calls place={task.place} /></li>
    </ol>
    {big(t("知道了", "Understood"), done)}
  </Page>;
}

function Notice({ task, done }: TaskProps) {
  const [notice, setNotice] = useState(true), [seal, setSeal] = useState(true);
  const keep = async () => {
    const about = `${nameOf(task)} · ${task.kind.title}`;
    const data = { person: dashed(task.subject), notice, seal };
    if (await record("observation.notice", task.place, data, about, task.key)) done(about);
  };
  return <Page title={nameOf(task)} back sub={task.kind.title}>
    <fieldset><Choice label={t("已送达告知书", "Notice handed over")} on={notice} onClick={() => setNotice(!notice)} />
      <Choice label={t("已张贴封条", "Door sealed")} on={seal} onClick={() => setSeal(!seal)} /></fieldset>
    {big(t("发送", "Send"), () => void keep(), { disabled: !notice && !seal })}
  </Page>;
}

function Find({ task, done }: TaskProps) {
  const keep = async (found: boolean, said: string) => {
    const about = `${nameOf(task)} · ${said}`;
    if (await record("observation.contact", task.place, { person: dashed(task.subject), found }, about, task.key)) done(about);
  };
  return <Page title={nameOf(task)} back sub={task.kind.title}>
    {big(t("找到本人", "Found"), () => void keep(true, t("找到本人", "Found")))}
    {big(t("失去联系", "Lost: nobody knows where"), () => void keep(false, t("失去联系", "Lost")), { kind: "danger" })}
  </Page>;
}

export const screens: Screens = {
  "observation.reading": Reading, "observation.notice": Notice, "observation.find": Find,
};
export const acts: Deed[] = [{ id: "scan", title: () => t("扫告知书", "Scan a notice"), when: () => Object.keys(papers()).length > 0, Screen: Scan }];
