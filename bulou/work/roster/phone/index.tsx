// Duty on the phone: sign on for a seat, sign off with a note for whoever comes next.
import { useState } from "preact/hooks";
import { record } from "@field/app";
import { now } from "@field/clock";
import { dashed } from "@field/ids";
import { keep as remember, keptOf, nameOf } from "@field/post";
import type { Act, Screens, TaskProps } from "@field/room";
import { Page, big, hour } from "@field/ui";
import { t } from "@field/words";

/** A seat signed on to here: signing off needs no line in between. */
interface Seat { key: string; title: string; place: string; data: { need: string; slot: string; name: string } }
const seats = () => keptOf<Seat>("roster.shift");

function SignOn({ task, done }: TaskProps) {
  const [name, setName] = useState(task.detail);
  const keep = async () => {
    const about = `${nameOf(task)} · ${name.trim()}`;
    const data = { need: dashed(task.subject), slot: task.slot, name: name.trim() };
    if (!(await record("roster.on", task.place, data, about, task.key))) return;
    await remember(task.key, { key: task.key, title: about, place: task.place, data });
    done(about);
  };
  return <Page title={nameOf(task)} back sub={`${task.kind.title} · ${t("至", "until")} ${hour(task.until, now())}`}>
    <fieldset><legend>{task.detail ? t("排班的是这位；别人顶班就改名字", "On the roster; change the name when somebody else stands in") : t("谁在值守", "Who stands here")}</legend>
      <input aria-label={t("姓名", "Name")} maxLength={60} value={name} onInput={(e) => setName(e.currentTarget.value)} /></fieldset>
    {big(t("签到", "Sign on"), () => void keep(), { disabled: !name.trim() })}
  </Page>;
}

function Leave({ title, sub, place, data, task, done }: { title: string; sub: string; place: string; data: object; task: string; done: (said: string) => Promise<void> | void }) {
  const [note, setNote] = useState("");
  const keep = async () => {
    const about = `${title} · ${t("签退", "Signed off")}`;
    if (await record("roster.off", place, { ...data, note }, about, task)) await done(about);
  };
  return <Page title={title} back sub={sub}>
    <fieldset><legend>{t("交给下一班的话", "For whoever comes next")}</legend>
      <textarea aria-label={t("交接说明", "Hand-over note")} maxLength={500} rows={3} value={note} onInput={(e) => setNote(e.currentTarget.value)} /></fieldset>
    {big(t("签退交接", "Sign off and hand over"), () => void keep())}
  </Page>;
}

const SignOff = ({ task, done }: TaskProps) => <Leave title={nameOf(task)} sub={task.kind.title} place={task.place}
  data={{ member: dashed(task.subject), slot: task.slot }} task={task.key} done={done} />;

/** Signed on here, and the server's answer does not know it yet: which seat, then the note. */
function OffHere({ done }: { done: (said: string) => void }) {
  const all = seats(), [key, setKey] = useState(all.length === 1 ? all[0]!.key : ""), seat = all.find((one) => one.key === key);
  const sub = t("签退交接", "Sign off and hand over");
  if (!seat) return <Page title={sub} back>{all.map((one) => big(one.title, () => setKey(one.key), { kind: "quiet" }))}</Page>;
  return <Leave title={seat.title} sub={sub} place={seat.place} data={seat.data} task="" done={async (said) => { await remember(seat.key); done(said); }} />;
}

export const screens: Screens = { "roster.shift": SignOn, "roster.hand-over": SignOff };
export const acts: Act[] = [{ id: "off", title: () => t("签退交接", "Sign off"), when: () => seats().length > 0, Screen: OffHere }];
