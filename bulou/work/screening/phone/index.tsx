// Screening on the phone: a round at a door. Outcome, how many are there.
import { useState } from "preact/hooks";
import { record } from "@field/app";
import { dashed } from "@field/ids";
import { house, members, nameOf } from "@field/post";
import type { Screens, TaskProps } from "@field/room";
import { Choice, Page, big, who } from "@field/ui";
import { t } from "@field/words";

function Door({ task, done }: TaskProps) {
  const known = members(task.subject), home = house(task.subject);
  const [here, setHere] = useState<string[]>(known.map((one) => one.id));
  const keep = async (outcome: string, said: string) => {
    const about = `${home?.title ?? nameOf(task)} · ${said}`;
    const people = outcome === "seen" && known.length ? { people: here.length } : {};
    if (await record("screening.visit", task.place, { member: dashed(task.subject), outcome, ...people }, about, task.key)) done(about);
  };
  const flip = (id: string) => setHere(here.includes(id) ? here.filter((one) => one !== id) : [...here, id]);
  return <Page title={home?.title || nameOf(task)} back sub={[task.kind.title, home?.address, task.detail].filter(Boolean).join(" · ")}>
    {known.length > 0 && <fieldset><legend>{t("谁在家", "Who is there")}</legend>
      {known.map((one) => <Choice key={one.id} label={`${one.name} ${who(one.sex, one.age)}`} on={here.includes(one.id)} onClick={() => flip(one.id)} />)}</fieldset>}
    {big(t("已入户", "Entered"), () => void keep("seen", t("已入户", "Entered")))}
    {big(t("家中无人", "Nobody home"), () => void keep("nobody-home", t("家中无人", "Nobody home")), { kind: "quiet" })}
    {big(t("拒绝", "Refused"), () => void keep("refused", t("拒绝", "Refused")), { kind: "quiet" })}
    {big(t("已搬走", "Moved away"), () => void keep("moved", t("已搬走", "Moved away")), { kind: "quiet" })}
  </Page>;
}

export const screens: Screens = {
  "screening.household": Door, "screening.person": Door, "screening.venue": Door, "screening.again": Door,
};
