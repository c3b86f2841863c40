// A task of a room that has drawn no screen: a form from the shape of the record that closes it.
import { useState } from "preact/hooks";
import { record } from "../app";
import { dashed } from "../ids";
import { nameOf } from "../post";
import type { TaskProps } from "../room";
import { Choice, Page, big } from "../ui";
import { t } from "../words";

interface Field { name: string; kind: "bool" | "words" | "number" | "text"; words: string[]; must: boolean; title: string }

function fields(shape: any, subject: string): Field[] {
  const must: string[] = shape?.required ?? [];
  return Object.entries<any>(shape?.properties ?? {}).filter(([name]) => name !== subject).flatMap(([name, said]) => {
    const one = said.anyOf?.find((part: any) => part.type !== "null") ?? said;
    const kind = one.enum ? "words" : one.type === "boolean" ? "bool" : one.type === "integer" || one.type === "number" ? "number"
      : one.type === "string" && !["uuid", "date-time"].includes(one.format) ? "text" : null;
    return kind ? [{ name, kind, words: one.enum ?? [], must: must.includes(name), title: one.title ?? said.title ?? name } as Field] : [];
  });
}

export function Generic({ task, done }: TaskProps) {
  const [said, setSaid] = useState<Record<string, unknown>>({});
  const shape = task.kind.shape;
  if (!shape) return <Page title={nameOf(task)} back sub={task.kind.title}>
    <p class="empty">{t("这一项在办公桌页面上办理。", "This one is done at the desk.")}</p></Page>;
  const asked = fields(shape, task.kind.subject), missing = asked.some((one) => one.must && said[one.name] === undefined);
  const set = (name: string, value: unknown) => setSaid({ ...said, [name]: value });
  const keep = async () => {
    const data = { ...said, [task.kind.subject]: dashed(task.subject) };
    if (await record(task.kind.record, task.place, data, `${nameOf(task)} · ${task.kind.title}`, task.key)) done(t("已保存", "Kept"));
  };
  return <Page title={nameOf(task)} back sub={task.kind.title}>
    {asked.map((one) => <fieldset key={one.name}><legend>{one.title}</legend>
      {one.kind === "words" && one.words.map((word) => <Choice key={word} label={word} on={said[one.name] === word} onClick={() => set(one.name, word)} />)}
      {one.kind === "bool" && <><Choice label={t("是", "Yes")} on={said[one.name] === true} onClick={() => set(one.name, true)} />
        <Choice label={t("否", "No")} on={said[one.name] === false} onClick={() => set(one.name, false)} /></>}
      {one.kind === "number" && <input type="number" inputMode="numeric" aria-label={one.title} onInput={(e) => set(one.name, e.currentTarget.value === "" ? undefined : Number(e.currentTarget.value))} />}
      {one.kind === "text" && <input aria-label={one.title} onInput={(e) => set(one.name, e.currentTarget.value || undefined)} />}
    </fieldset>)}
    {big(t("保存", "Keep"), () => void keep(), { disabled: missing })}
  </Page>;
}
