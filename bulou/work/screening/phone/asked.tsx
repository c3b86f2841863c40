// What a round asks of each person at a door. Which fields those are, the server says; what is not said is not known, and is not sent.
import { local, now } from "@field/clock";
import { Choice } from "@field/ui";
import { t } from "@field/words";
import { SIGNS, TEXTS } from "./told";
import type { Fields, Found } from "./told";

const signs = (): Record<(typeof SIGNS)[number], string> => ({
  returned: t("从外地回来或来此", "Came back or came here"), fever: t("发热", "Fever"),
  symptoms: t("咳嗽、气促", "Cough, short of breath"), contact: t("接触过病例", "Contact with a case"),
});
const kin = (): [string, string][] => [
  ["户主", t("户主", "head")], ["配偶", t("配偶", "spouse")], ["子女", t("子女", "child")], ["父母", t("父母", "parent")],
  ["其他亲属", t("其他亲属", "other relative")],
];
const ways = (): [string, string][] => [
  ["rail", t("火车", "Train")], ["air", t("飞机", "Plane")], ["coach", t("客车", "Coach")], ["car", t("自驾", "Own car")],
  ["ship", t("轮船", "Ship")], ["foot", t("步行", "On foot")], ["other", t("其他", "Other")],
];

const today = () => local(now()).toISOString().slice(0, 10);

/** The fields of one person: a mark for each sign; the way here only of whoever came; a line for the rest. */
export function Finds<T extends Found>({ one, put, asked }: { one: T; put: (next: T) => void; asked: Fields }) {
  const line = (name: (typeof TEXTS)[number], label: string, most: number, mode: "text" | "tel" = "text") => asked.has(name) && <label>{label}
    <input value={one[name]} inputMode={mode} autocomplete="off" maxLength={most} onInput={(event) => put({ ...one, [name]: event.currentTarget.value })} /></label>;
  const words = signs();
  return <>
    <div class="row">{SIGNS.filter((name) => asked.has(name)).map((name) =>
      <Choice key={name} label={words[name]} on={one[name]} onClick={() => put({ ...one, [name]: !one[name] })} />)}</div>
    {one.returned && <>
      {line("from_place", t("从哪里来", "From where"), 100)}
      {asked.has("arrived") && <label>{t("哪天到的", "Arrived on")}
        <input type="date" max={today()} value={one.arrived} onInput={(event) => put({ ...one, arrived: event.currentTarget.value })} /></label>}
      {asked.has("transport") && <label>{t("怎么来的", "How they came")}
        <select value={one.transport} onChange={(event) => put({ ...one, transport: event.currentTarget.value })}>
          <option value="">—</option>{ways().map(([word, label]) => <option key={word} value={word}>{label}</option>)}</select></label>}
      {line("transport_no", t("车次、航班或车牌", "Train, flight or plate"), 40)}
      {line("itinerary", t("途经地方", "Places passed on the way"), 500)}</>}
    {line("phone", t("电话有变，写新号码", "Telephone, where it has changed"), 20, "tel")}
    {line("address", t("住址有变，写新住址", "Address, where it has changed"), 200)}
    {asked.has("relation") && <label>{t("与户主关系", "Relation to the head")}
      <select data-relation value={one.relation} onChange={(event) => put({ ...one, relation: event.currentTarget.value })}>
        <option value="">—</option>{kin().map(([word, label]) => <option key={word} value={word}>{label}</option>)}</select></label>}
    {line("job", t("职业或单位", "Work or school"), 60)}
    {line("measures", t("已采取措施", "Measures taken"), 200)}
  </>;
}
