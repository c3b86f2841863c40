// Screening on the phone: a round at a door. Outcome, who is there, who is new.
import { useState } from "preact/hooks";
import { record } from "@field/app";
import { dashed } from "@field/ids";
import { house, members, nameOf } from "@field/post";
import type { Screens, TaskProps } from "@field/room";
import { Choice, Page, big, who } from "@field/ui";
import { t } from "@field/words";

interface New { name: string; sex: string; doc: string; phone: string; from: string }
const nobody = (): New => ({ name: "", sex: "", doc: "", phone: "", from: "" });

/** Who is at the door and on no card: the name at least; where from, when they have come back. */
function Newcomer({ one, put, n }: { one: New; put: (next: New | null) => void; n: number }) {
  const field = (label: string, name: "name" | "doc" | "phone" | "from", mode: "text" | "tel" = "text") => <label>{label}
    <input value={one[name]} inputMode={mode} autocomplete="off" maxLength={name === "from" ? 100 : name === "name" ? 60 : name === "doc" ? 40 : 20}
      onInput={(event) => put({ ...one, [name]: event.currentTarget.value })} /></label>;
  const sex = (word: string, label: string) => <Choice label={label} on={one.sex === word} onClick={() => put({ ...one, sex: one.sex === word ? "" : word })} />;
  return <fieldset data-new><legend>{t(`新增的人 ${n + 1}`, `New person ${n + 1}`)}</legend>
    {field(t("姓名", "Name"), "name")}
    <div class="row" role="group" aria-label={t("性别", "Sex")}>{sex("男", t("男", "Male"))}{sex("女", t("女", "Female"))}</div>
    {field(t("身份证号", "Identity number"), "doc")}{field(t("电话", "Telephone"), "phone", "tel")}
    {field(t("从外地回来的：从哪里", "Came back: where from"), "from")}
    <button type="button" class="plain" onClick={() => put(null)}>{t("去掉这一人", "Take this one out")}</button></fieldset>;
}

function Door({ task, done }: TaskProps) {
  const known = members(task.subject), home = house(task.subject);
  const [here, setHere] = useState<string[]>(known.map((one) => one.id));
  const [fresh, setFresh] = useState<New[]>([]), [kept, setKept] = useState(0);
  const [absent, setAbsent] = useState<Record<string, "away" | "gone">>({}), [told, setTold] = useState<string[]>([]);
  const door = task.about === "household", nameless = fresh.some((one) => !one.name.trim());
  const missing = known.filter((one) => !here.includes(one.id));
  const unsaid = missing.some((one) => !absent[one.id]);
  const keep = async (outcome: string, said: string) => {
    const about = `${home?.title ?? nameOf(task)} · ${said}`, count = here.length + fresh.length + kept;
    const people = outcome === "seen" && (known.length || count) ? { people: count } : {};
    for (const one of outcome === "seen" ? missing.filter((one) => !told.includes(one.id)) : []) {
      const data = { member: dashed(task.subject), person: dashed(one.id), found: absent[one.id] };
      if (!(await record("screening.answer", task.place, data, `${home?.title ?? ""} · ${one.name}`))) return;
      setTold((before) => [...before, one.id]);
    }
    for (const [n, one] of outcome === "seen" ? fresh.entries() : []) {
      const who = { name: one.name.trim(), sex: one.sex, doc_number: one.doc.trim(), phone: one.phone.trim() }, from = one.from.trim();
      const data = { member: dashed(task.subject), who, found: "here", ...(from ? { returned: true, from_place: from } : {}) };
      if (!(await record("screening.answer", task.place, data, `${home?.title ?? ""} · ${who.name}`))) {
        setFresh(fresh.slice(n));  // those before are kept: they are not to be kept twice
        setKept(kept + n);
        return;
      }
    }
    if (await record("screening.visit", task.place, { member: dashed(task.subject), outcome, ...people }, about, task.key)) done(about);
  };
  const flip = (id: string) => setHere(here.includes(id) ? here.filter((one) => one !== id) : [...here, id]);
  const where = (id: string, word: "away" | "gone", label: string) =>
    <Choice label={label} on={absent[id] === word} onClick={() => !told.includes(id) && setAbsent({ ...absent, [id]: word })} />;
  return <Page title={home?.title || nameOf(task)} back sub={[task.kind.title, home?.address, task.detail].filter(Boolean).join(" · ")}>
    {known.length > 0 && <fieldset><legend>{t("谁在家", "Who is there")}</legend>
      {known.map((one) => <div key={one.id}><Choice label={`${one.name} ${who(one.sex, one.age)}`} on={here.includes(one.id)} onClick={() => !told.includes(one.id) && flip(one.id)} />
        {!here.includes(one.id) && <div class="row" role="group" aria-label={one.name} data-absent>{where(one.id, "away", t("外出，知道去向", "Away, known where"))}{where(one.id, "gone", t("查无下落", "Nobody can find"))}</div>}</div>)}</fieldset>}
    {fresh.map((one, n) => <Newcomer key={n} one={one} n={n} put={(next) => setFresh(next ? fresh.map((two, k) => (k === n ? next : two)) : fresh.filter((_, k) => k !== n))} />)}
    {door && <button type="button" class="choice" data-add onClick={() => setFresh([...fresh, nobody()])}>{t("＋ 名单上没有的人", "+ Somebody who is not listed")}</button>}
    {big(t("已入户", "Entered"), () => void keep("seen", t("已入户", "Entered")), { disabled: nameless || unsaid })}
    {big(t("家中无人", "Nobody home"), () => void keep("nobody-home", t("家中无人", "Nobody home")), { kind: "quiet" })}
    {big(t("拒绝", "Refused"), () => void keep("refused", t("拒绝", "Refused")), { kind: "quiet" })}
    {big(t("已搬走", "Moved away"), () => void keep("moved", t("已搬走", "Moved away")), { kind: "quiet" })}
  </Page>;
}

export const screens: Screens = {
  "screening.household": Door, "screening.person": Door, "screening.venue": Door, "screening.again": Door,
};
