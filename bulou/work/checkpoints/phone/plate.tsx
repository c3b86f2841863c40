// A plate in big keys: the province's sign, then letters and digits; the last ones of special plates.
import { big } from "@field/ui";
import { t } from "@field/words";
import { PROVINCES, isPlate } from "./decide";

const SIGNS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", LAST = "警挂学港澳使领应急试超";
const signs = (all: string, add: (sign: string) => void) =>
  <div class="plate">{[...all].map((sign) => <button key={sign} type="button" onClick={() => add(sign)}>{sign}</button>)}</div>;

export function PlatePad({ text, set, close }: { text: string; set: (next: string) => void; close: () => void }) {
  const add = (sign: string) => set((text + sign).slice(0, 8)), good = isPlate(text);
  return <section aria-label={t("车牌键盘", "Plate keypad")}>
    <p class="degrees signs" aria-live="polite">{text || "–"}</p>
    {text.length >= 7 && !good && <p class="warn" role="alert">⚠ {t("没有这样的车牌，请再核对。", "No vehicle has such a plate. Read it again.")}</p>}
    <div class="row"><button type="button" onClick={() => set(text.slice(0, -1))} aria-label={t("退格", "Delete")}>⌫</button>
      <button type="button" onClick={() => set("")}>{t("清除", "Clear")}</button></div>
    {big(t("好", "OK"), close, { disabled: text !== "" && !good })}
    {text === "" ? <>{signs(PROVINCES, add)}<details><summary>{t("军车、使馆等", "Military, embassy and others")}</summary>{signs(`使领${SIGNS}`, add)}</details></>
      : <>{signs(SIGNS, add)}{text.length >= 5 && signs(LAST, add)}</>}
  </section>;
}
