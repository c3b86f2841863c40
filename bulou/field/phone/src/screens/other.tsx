// What is not sent; what else this phone can do.
import { useEffect, useState } from "preact/hooks";
import { endShift, recount, shut, signOut, sync, useApp } from "../app";
import { now } from "../clock";
import { items, settle, type Item } from "../outbox";
import { post } from "../post";
import { Page, big, day, hour } from "../ui";
import { t } from "../words";
import { Languages } from "./door";

export function UnsentList() {
  const { waiting, refused, line, busy } = useApp();
  const [bad, setBad] = useState<Item[]>([]), [some, setSome] = useState<Item[]>([]);
  useEffect(() => void (async () => { setBad(await items("refused")); setSome(await items("waiting")); })(), [waiting, refused]);
  return <Page title={t("未发送", "Not sent")} back>
    {!waiting && !refused && <p class="empty">✓ {t("都已送达。", "Everything has arrived.")}</p>}
    {bad.length > 0 && <><h2>{t("被退回，需要处理", "Refused: somebody must deal with it")}</h2>
      <ul>{bad.map((item) => <li key={item.record.id} class="refused">
        <b>{item.about}</b><small>{hour(Date.parse(item.record.happened_at), now())}</small>
        <p role="alert">⚠ {item.message || item.code}</p>
        <button class="plain" onClick={() => void settle(item.record.id).then(recount)}>{t("已处理，移除", "Dealt with: remove it here")}</button>
      </li>)}</ul></>}
    {waiting > 0 && <><h2>{t(`等待发送 ${waiting} 条`, `${waiting} wait to be sent`)}</h2>
      <ul>{some.slice(0, 100).map((item) => <li key={item.record.id} class="waits">{item.about}<small>{hour(Date.parse(item.record.happened_at), now())}</small></li>)}</ul></>}
    {waiting > 0 && !line && <p class="sub">{t("没有网络。有网络时会自动发送。", "No signal. They go by themselves when there is a line.")}</p>}
    {waiting > 0 && big(t("现在发送", "Send now"), () => void sync(), { disabled: busy })}
  </Page>;
}

export function More() {
  const { device } = useApp();
  const [no, setNo] = useState(""), [sure, setSure] = useState("");
  const once = (what: string, act: () => void) => (sure === what ? act() : setSure(what));
  const out = () => void signOut().then((gone) => gone || setNo(
    t("还有未发送的记录，不能退出。请先到有网络的地方发送，被退回的要处理掉。",
      "Some records are not sent, so you cannot sign out. Send them where there is a line; deal with those that were refused.")));
  const said = post()?.post;
  return <Page title={t("更多", "More")} back sub={said ? `${said.name} · ${said.title}` : device?.name}>
    {no && <p class="warn" role="alert">⚠ {no}</p>}
    {big(sure === "end" ? t("再按一次：清除名单", "Tap again: forget the cards") : t("本班结束", "End of shift"), () => once("end", () => void endShift()))}
    <p class="sub">{t("清除手机里的名单和任务，未发送的记录保留。", "Forgets cards and tasks on this phone; unsent records stay.")}</p>
    {big(t("锁屏", "Lock"), shut, { kind: "quiet" })}
    {big(sure === "out" ? t("再按一次：退出并清空", "Tap again: sign out and wipe") : t("退出登记", "Sign this phone out"), () => once("out", out), { kind: "quiet" })}
    <Languages />
    <p class="sub">{t("登记有效期至", "Let in until")} {device ? day(Date.parse(device.ends_at) - 1000) : ""}</p>
  </Page>;
}
