// Standing water at a door: how many containers, how many of them with larvae, whether all is cleared away.
import { Choice } from "@field/ui";
import { t } from "@field/words";

export interface Water { containers: string; larvae: string; cleared: boolean | null }
export const unseen = (): Water => ({ containers: "", larvae: "", cleared: null });

/** As it is sent; what was not counted is not sent. */
export const counted = (one: Water) => ({
  ...(one.containers ? { containers: Number(one.containers) } : {}), ...(one.larvae ? { larvae: Number(one.larvae) } : {}),
  ...(one.cleared !== null && Number(one.containers) > 0 ? { cleared: one.cleared } : {}),
});
export const tooMany = (one: Water) => Number(one.larvae) > Number(one.containers);

export function Standing({ one, put }: { one: Water; put: (next: Water) => void }) {
  const number = (name: "containers" | "larvae", label: string) => <label>{label}
    <input inputMode="numeric" pattern="[0-9]*" value={one[name]} autocomplete="off" maxLength={4}
      onInput={(event) => put({ ...one, [name]: event.currentTarget.value.replace(/\D/g, "") })} /></label>;
  const cleared = (word: boolean, label: string) => <Choice label={label} on={one.cleared === word} onClick={() => put({ ...one, cleared: word })} />;
  return <fieldset data-water><legend>{t("积水", "Standing water")}</legend>
    {number("containers", t("积水容器几个", "Containers with standing water"))}
    {Number(one.containers) > 0 && <>{number("larvae", t("其中有幼虫的几个", "Of them with larvae"))}
      {tooMany(one) && <p class="warn" role="alert">⚠ {t("有幼虫的比积水的还多，请核对。", "More with larvae than with water. Check both numbers.")}</p>}
      <div class="row" role="group" aria-label={t("是否已全部清除", "All cleared away")}>{cleared(true, t("已全部清除", "All cleared away"))}{cleared(false, t("没有清完", "Not all"))}</div></>}
  </fieldset>;
}
