// Duty on the phone: sign on for a seat, sign off with a note for whoever comes next.
import { useState } from "preact/hooks";
import { record } from "@field/app";
import { now } from "@field/clock";
import { dashed } from "@field/ids";
import { nameOf } from "@field/post";
import type { Screens, TaskProps } from "@field/room";
import { Page, big, hour } from "@field/ui";
import { t } from "@field/words";

function SignOn({ task, done }: TaskProps) {
  const [name, setName] = useState(task.detail);
  const keep = async () => {
    const about = `${nameOf(task)} · ${name.trim()}`;
    const data = { need: dashed(task.subject), slot: task.slot, name: name.trim() };
    if (await record("roster.on", task.place, data, about, task.key)) done(about);
  };
  return <Page title={nameOf(task)} back sub={`${task.kind.title} · ${t("至", "until")} ${hour(task.until, now())}`}>
    <fieldset><legend>{task.detail ? t("排班的是这位；别人顶班就改名字", "On the roster; change the name when somebody else stands in") : t("谁在值守", "Who stands here")}</legend>
      <input aria-label={t("姓名", "Name")} maxLength={60} value={name} onInput={(e) => setName(e.currentTarget.value)} /></fieldset>
    {big(t("签到", "Sign on"), () => void keep(), { disabled: !name.trim() })}
  </Page>;
}

function SignOff({ task, done }: TaskProps) {
  const [note, setNote] = useState("");
  const keep = async () => {
    const about = `${nameOf(task)} · ${t("签退", "Signed off")}`;
    const data = { member: dashed(task.subject), slot: task.slot, note };
    if (await record("roster.off", task.place, data, about, task.key)) done(about);
  };
  return <Page title={nameOf(task)} back sub={task.kind.title}>
    <fieldset><legend>{t("交给下一班的话", "For whoever comes next")}</legend>
      <textarea aria-label={t("交接说明", "Hand-over note")} maxLength={500} rows={3} value={note} onInput={(e) => setNote(e.currentTarget.value)} /></fieldset>
    {big(t("签退交接", "Sign off and hand over"), () => void keep())}
  </Page>;
}

export const screens: Screens = { "roster.shift": SignOn, "roster.hand-over": SignOff };
