// Somebody who is found at a door and stands on no card.
import { Choice } from "@field/ui";
import { t } from "@field/words";
import { Finds } from "./asked";
import { asSent, nothing } from "./told";
import type { Fields, Found } from "./told";

export interface New extends Found { name: string; sex: string; doc: string }
export const nobody = (): New => ({ name: "", sex: "", doc: "", ...nothing() });

/** What is asked of somebody new beside their own lines: nothing that was known before has changed. */
const ofNew = (asked: Fields): Fields => new Set([...asked].filter((name) => name !== "phone" && name !== "left"));

/** The answer about somebody new, as it is sent; `none`: what is not said is not so. */
export const asNew = (one: New, asked: Fields, none: boolean): Record<string, unknown> => ({
  who: { name: one.name.trim(), sex: one.sex, doc_number: one.doc.trim(), phone: one.phone.trim() }, found: "here", ...asSent(one, ofNew(asked), none),
});

/** Who is at the door and on no card: the name at least; where from, when they have come back. */
export function Newcomer({ one, put, n, asked }: { one: New; put: (next: New | null) => void; n: number; asked: Fields }) {
  const field = (label: string, name: "name" | "doc" | "phone", mode: "text" | "tel" = "text") => <label>{label}
    <input value={one[name]} inputMode={mode} autocomplete="off" maxLength={name === "name" ? 80 : name === "doc" ? 40 : 20}
      onInput={(event) => put({ ...one, [name]: event.currentTarget.value })} /></label>;
  const sex = (word: string, label: string) => <Choice label={label} on={one.sex === word} onClick={() => put({ ...one, sex: one.sex === word ? "" : word })} />;
  return <fieldset data-new><legend>{t(`新增的人 ${n + 1}`, `New person ${n + 1}`)}</legend>
    {field(t("姓名", "Name"), "name")}
    <div class="row" role="group" aria-label={t("性别", "Sex")}>{sex("男", t("男", "Male"))}{sex("女", t("女", "Female"))}</div>
    {field(t("身份证号", "Identity number"), "doc")}{field(t("电话", "Telephone"), "phone", "tel")}
    <Finds one={one} put={put} asked={ofNew(asked)} />
    <button type="button" class="plain" onClick={() => put(null)}>{t("去掉这一人", "Take this one out")}</button></fieldset>;
}
