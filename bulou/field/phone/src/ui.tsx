// What every screen is made of.
import type { ComponentChildren } from "preact";
import { clockWrong, go, heard, sync, useApp } from "./app";
import { local } from "./clock";
import { calls } from "./post";
import { t } from "./words";

export function Page(props: { title: string; sub?: string | undefined; back?: boolean; foot?: ComponentChildren; tall?: boolean; children: ComponentChildren }) {
  const { notice, told } = useApp();
  return <>
    <Bar title={props.title} back={props.back ?? false} />
    <main class={props.foot ? (props.tall ? "footed tall" : "footed") : ""}>
      {props.sub && <p class="sub">{props.sub}</p>}
      {notice && <p class="warn" role="alert">⚠ {notice}</p>}
      <ClockNotice />
      {told.map((one) => <div key={one.id} class="warn" role="alert" data-told>⚠ {one.about}：{one.message}
        <button type="button" class="plain" onClick={() => void heard(one.id)}>{t("知道了", "Understood")}</button></div>)}
      {props.children}
    </main>
    {props.foot}
  </>;
}

function Bar({ title, back }: { title: string; back: boolean }) {
  const { device, screen } = useApp();
  const inside = device && !["enrol", "set-pin", "pin", "lost"].includes(screen.name);
  return <header>
    {back && <button class="bar-button" aria-label={t("返回", "Back")} onClick={() => go({ name: "today" })}>‹</button>}
    <h1>{title}</h1>
    <Unsent />
    {inside && !back && <button class="bar-button" aria-label={t("更多", "More")} onClick={() => go({ name: "more" })}>☰</button>}
  </header>;
}

/** Always there: how much is not sent, whether something was refused, whether there is a line. */
export function Unsent() {
  const { waiting, refused, line, device, screen } = useApp();
  const open = device !== null && !["enrol", "set-pin", "pin", "lost"].includes(screen.name);
  const words = <>{!line && <span aria-label={t("无网络", "No signal")}>✕ </span>}
    {t("未发", "Unsent")} <b data-unsent>{waiting + refused}</b>{refused > 0 && <span> ⚠</span>}</>;
  if (!open) return <span class="unsent">{words}</span>;
  return <button class={refused ? "unsent bad" : "unsent"} onClick={() => { go({ name: "unsent" }); void sync(); }}>{words}</button>;
}

function ClockNotice() {
  const wrong = clockWrong();
  if (!wrong) return null;
  const by = Math.abs(wrong) >= 48 ? t(`${Math.round(Math.abs(wrong) / 24)} 天`, `${Math.round(Math.abs(wrong) / 24)} days`)
    : t(`${Math.abs(wrong).toFixed(1)} 小时`, `${Math.abs(wrong).toFixed(1)} hours`);
  return <p class="warn" role="status">⚠ {wrong > 0
    ? t(`本机时钟慢了 ${by}。记录按县里的时间，两个时间都会保存。`, `This phone's clock is ${by} slow. Records go by the county's time; both are kept.`)
    : t(`本机时钟快了 ${by}。记录按县里的时间，两个时间都会保存。`, `This phone's clock is ${by} fast. Records go by the county's time; both are kept.`)}</p>;
}

export function Keypad({ onKey, label }: { onKey: (key: string) => void; label: string }) {
  return <div class="keypad" role="group" aria-label={label}>
    {["1", "2", "3", "4", "5", "6", "7", "8", "9", "C", "0", "⌫"].map((key) =>
      <button key={key} type="button" onClick={() => onKey(key)}
        aria-label={key === "C" ? t("清除", "Clear") : key === "⌫" ? t("退格", "Delete") : key}>{key}</button>)}
  </div>;
}

/** What was typed so far, after one more key. */
export function typed(before: string, key: string, most: number): string {
  if (key === "C") return "";
  if (key === "⌫") return before.slice(0, -1);
  return before.length < most ? before + key : before;
}

export function Choice(props: { on: boolean; label: string; onClick: () => void }) {
  return <button type="button" class="choice" aria-pressed={props.on} onClick={props.onClick}>
    <span aria-hidden="true">{props.on ? "☑" : "☐"}</span> {props.label}</button>;
}

/** Whom to call about something at a place; a tap on the number calls. */
export function Calls(props: { place: string }) {
  return <ul class="calls">{calls(props.place).map(([title, name, phone]) => <li key={title + name}><b>{name}</b> {title}
    {phone && <> <a href={`tel:${phone}`}>{phone}</a></>}</li>)}</ul>;
}

export const big = (label: string, onClick: () => void, more: { kind?: string; disabled?: boolean } = {}) =>
  <button type="button" class={`big ${more.kind ?? ""}`} disabled={more.disabled ?? false} onClick={onClick}>{label}</button>;

export const day = (ms: number) => {
  const at = local(ms);
  return `${at.getUTCFullYear()}-${at.getUTCMonth() + 1}-${at.getUTCDate()}`;
};
/** An hour of the county's day, with the day when it is another one. */
export function hour(ms: number, now: number): string {
  const at = local(ms), same = day(ms) === day(now);
  const time = `${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
  return same ? time : `${at.getUTCMonth() + 1}/${at.getUTCDate()} ${time}`;
}
/** How long something is overdue. */
export function overdue(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  if (hours < 1) return t("刚逾期", "just overdue");
  if (hours < 48) return t(`逾期 ${hours} 小时`, `${hours} h overdue`);
  return t(`逾期 ${Math.floor(hours / 24)} 天`, `${Math.floor(hours / 24)} days overdue`);
}
export const who = (sex: string, age: number | null) =>
  [sex === "男" ? t("男", "m") : sex === "女" ? t("女", "f") : "", age === null ? "" : t(`${age} 岁`, `${age}`)].filter(Boolean).join(" ");

/** A word that goes away by itself; the unsent count beside it stays. */
export function toast(said: string): void {
  const place = document.getElementById("toast")!;
  place.textContent = `✓ ${said}`;
  setTimeout(() => { if (place.textContent === `✓ ${said}`) place.textContent = ""; }, 4000);
}
