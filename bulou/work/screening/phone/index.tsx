// Screening on the phone: a round at a door. Outcome, who is there, who is new.
import { useState } from "preact/hooks";
import { record } from "@field/app";
import { dashed } from "@field/ids";
import { house, members, nameOf } from "@field/post";
import type { Screens, TaskProps } from "@field/room";
import { Choice, Page, big, who } from "@field/ui";
import { t } from "@field/words";

/** What is found of somebody at the door; what is not said is not known, and is not sent. */
interface Found { from: string; fever: boolean; contact: boolean }
const nothing = (): Found => ({ from: "", fever: false, contact: false });
const isSaid = (one: Found) => Boolean(one.from.trim() || one.fever || one.contact);
const asSent = (one: Found) => ({
  ...(one.from.trim() ? { returned: true, from_place: one.from.trim() } : {}),
  ...(one.fever ? { fever: true } : {}), ...(one.contact ? { contact: true } : {}),
});
interface New extends Found { name: string; sex: string; doc: string; phone: string }
const nobody = (): New => ({ name: "", sex: "", doc: "", phone: "", ...nothing() });

function Finds<T extends Found>({ one, put }: { one: T; put: (next: T) => void }) {
  return <><label>{t("从外地回来的：从哪里", "Came back: where from")}
    <input value={one.from} autocomplete="off" maxLength={100} onInput={(event) => put({ ...one, from: event.currentTarget.value })} /></label>
    <div class="row"><Choice label={t("发热", "Fever")} on={one.fever} onClick={() => put({ ...one, fever: !one.fever })} />
      <Choice label={t("接触过病例", "Contact with a case")} on={one.contact} onClick={() => put({ ...one, contact: !one.contact })} /></div></>;
}

/** Who is at the door and on no card: the name at least; where from, when they have come back. */
function Newcomer({ one, put, n }: { one: New; put: (next: New | null) => void; n: number }) {
  const field = (label: string, name: "name" | "doc" | "phone", mode: "text" | "tel" = "text") => <label>{label}
    <input value={one[name]} inputMode={mode} autocomplete="off" maxLength={name === "name" ? 80 : name === "doc" ? 40 : 20}
      onInput={(event) => put({ ...one, [name]: event.currentTarget.value })} /></label>;
  const sex = (word: string, label: string) => <Choice label={label} on={one.sex === word} onClick={() => put({ ...one, sex: one.sex === word ? "" : word })} />;
  return <fieldset data-new><legend>{t(`新增的人 ${n + 1}`, `New person ${n + 1}`)}</legend>
    {field(t("姓名", "Name"), "name")}
    <div class="row" role="group" aria-label={t("性别", "Sex")}>{sex("男", t("男", "Male"))}{sex("女", t("女", "Female"))}</div>
    {field(t("身份证号", "Identity number"), "doc")}{field(t("电话", "Telephone"), "phone", "tel")}
    <Finds one={one} put={put} />
    <button type="button" class="plain" onClick={() => put(null)}>{t("去掉这一人", "Take this one out")}</button></fieldset>;
}

function Door({ task, done }: TaskProps) {
  const known = members(task.subject), home = house(task.subject);
  const [here, setHere] = useState<string[]>(known.map((one) => one.id));
  const [fresh, setFresh] = useState<New[]>([]), [kept, setKept] = useState(0);
  const [finds, setFinds] = useState<Record<string, Found>>({});
  const [absent, setAbsent] = useState<Record<string, "away" | "gone">>({}), [told, setTold] = useState<string[]>([]);
  const door = task.about === "household", nameless = fresh.some((one) => !one.name.trim());
  const missing = known.filter((one) => !here.includes(one.id));
  const unsaid = missing.some((one) => !absent[one.id]);
  const keep = async (outcome: string, said: string) => {
    const about = `${home?.title ?? nameOf(task)} · ${said}`, count = here.length + fresh.length + kept;
    const people = outcome === "seen" && (known.length || count) ? { people: count } : {};
    const spoken = known.filter((one) => !here.includes(one.id) || isSaid(finds[one.id] ?? nothing()));
    for (const one of outcome === "seen" ? spoken.filter((one) => !told.includes(one.id)) : []) {
      const what = here.includes(one.id) ? { found: "here", ...asSent(finds[one.id] ?? nothing()) } : { found: absent[one.id] };
      const data = { member: dashed(task.subject), person: dashed(one.id), ...what };
      if (!(await record("screening.answer", task.place, data, `${home?.title ?? ""} · ${one.name}`))) return;
      setTold((before) => [...before, one.id]);
    }
    for (const [n, one] of outcome === "seen" ? fresh.entries() : []) {
      const who = { name: one.name.trim(), sex: one.sex, doc_number: one.doc.trim(), phone: one.phone.trim() };
      const data = { member: dashed(task.subject), who, found: "here", ...asSent(one) };
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
        {here.includes(one.id) && !told.includes(one.id) && (finds[one.id]
          ? <div data-finds><Finds one={finds[one.id]!} put={(next) => setFinds({ ...finds, [one.id]: next })} /></div>
          : <button type="button" class="plain" data-more onClick={() => setFinds({ ...finds, [one.id]: nothing() })}>{t("返回、发热或接触", "Came back, fever or contact")}</button>)}
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
