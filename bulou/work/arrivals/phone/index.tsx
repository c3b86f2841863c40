// Arrivals on the phone: was the person seen at home?
import { record } from "@field/app";
import { dashed } from "@field/ids";
import { card, house, nameOf } from "@field/post";
import type { Screens, TaskProps } from "@field/room";
import { Page, big, who } from "@field/ui";
import { t } from "@field/words";

function Seen({ task, done }: TaskProps) {
  const one = card(task.subject), at = house(one?.house ?? "");
  const keep = async (outcome: string, said: string) => {
    const about = `${nameOf(task)} · ${said}`;
    if (await record("arrivals.seen", task.place, { person: dashed(task.subject), outcome }, about, task.key)) done(about);
  };
  const button = (outcome: string, said: string, kind = "") => big(said, () => void keep(outcome, said), { kind });
  return <Page title={nameOf(task)} back sub={[task.kind.title, one && who(one.sex, one.age), at?.title, at?.address].filter(Boolean).join(" · ")}>
    {button("at-home", t("在家，见到本人", "Seen at home"))}
    {button("not-found", t("没有找到", "Not found"), "quiet")}
    {button("gone", t("已经离开", "Left again"), "quiet")}
  </Page>;
}

export const screens: Screens = { "arrivals.visit": Seen };
