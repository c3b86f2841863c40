// The way in: the sheet's code, a PIN of one's own, and the PIN again each time.
import { useEffect, useState } from "preact/hooks";
import { Away, Said } from "../api";
import { beginAnew, changed, enrol, setPin, sync, unlock, useApp } from "../app";
import { PIN_DIGITS, toWait } from "../lock";
import { Keypad, Page, big, typed } from "../ui";
import { language, speak, t } from "../words";

export function Languages() {
  return <p class="languages"><button type="button" class="plain" lang={language() === "zh" ? "en" : "zh-Hans"}
    onClick={() => { speak(language() === "zh" ? "en" : "zh"); changed(); void sync(); }}>{language() === "zh" ? "English" : "中文"}</button></p>;
}

export function Enrol({ given, why }: { given?: string | undefined; why?: string }) {
  const [code, setCode] = useState(given ?? ""), [error, setError] = useState(""), [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    setError("");
    try { await enrol(code); } catch (wrong) {
      setError(wrong instanceof Away ? t("没有网络。登记手机需要网络，请到有信号的地方再试。",
        "No signal. Letting a phone in needs a line: try again where there is one.")
        : wrong instanceof Said ? wrong.message : String(wrong));
    }
    setBusy(false);
  };
  return <Page title={t("登记本机", "Let this phone in")}>
    {why && <p class="warn" role="alert">⚠ {why}</p>}
    <form onSubmit={(event) => { event.preventDefault(); void go(); }}>
      <label for="code">{t("纸上的登记码", "The code on your sheet")}</label>
      <input id="code" class="code" value={code} autocomplete="off" autocapitalize="none" spellcheck={false}
        onInput={(event) => setCode(event.currentTarget.value)} />
      {error && <p class="warn" role="alert">⚠ {error}</p>}
      <button class="big" disabled={busy || code.length < 8}>{t("登记", "Let in")}</button>
    </form>
    <p class="sub">{t("登记码由乡镇办事人员打印，一个码只能登记一部手机。", "The clerk prints the code. One code lets one phone in.")}</p>
    <Languages />
  </Page>;
}

const dots = (n: number) => "●".repeat(n) + "○".repeat(Math.max(0, PIN_DIGITS - n));

export function SetPin() {
  const [first, setFirst] = useState(""), [pin, setPinTyped] = useState(""), [error, setError] = useState(""), [busy, setBusy] = useState(false);
  const key = (one: string) => {
    const next = typed(pin, one, PIN_DIGITS);
    setPinTyped(next);
    if (next.length < PIN_DIGITS || busy) return;
    if (!first) {
      if (/^(\d)\1+$/.test(next) || "0123456789".includes(next) || "9876543210".includes(next)) setError(t("太容易被猜到，请换一个。", "Too easy to guess. Choose another one."));
      else { setFirst(next); setError(""); }
      setPinTyped("");
    } else if (first === next) { setBusy(true); void setPin(next); }
    else { setError(t("两次不一样，请重新设置。", "The two differ. Begin again.")); setFirst(""); setPinTyped(""); }
  };
  return <Page title={first ? t("再输一次", "Once more") : t("设置密码", "Choose a PIN")}
    sub={t("六位数字，只有自己知道。没有网络也用它打开；忘记了，未发送的记录就打不开了。",
      "Six digits that only you know. It opens the app without signal too; when it is forgotten, unsent records cannot be opened.")}>
    <p class="dots" aria-live="polite" aria-label={t(`已输入 ${pin.length} 位`, `${pin.length} digits`)}>{dots(pin.length)}</p>
    {error && <p class="warn" role="alert">⚠ {error}</p>}
    <Keypad onKey={key} label={t("密码键盘", "PIN keypad")} />
  </Page>;
}

export function Pin() {
  const [pin, setPinTyped] = useState(""), [error, setError] = useState(""), [busy, setBusy] = useState(false);
  const [wait, setWait] = useState(0);
  useEffect(() => {
    const look = () => void toWait().then(setWait);
    look();
    const timer = setInterval(look, 1000);
    return () => clearInterval(timer);
  }, []);
  const key = async (one: string) => {
    if (busy || wait > 0) return;
    const next = typed(pin, one, PIN_DIGITS);
    setPinTyped(next);
    if (next.length < PIN_DIGITS) return;
    setBusy(true);
    const answer = await unlock(next);
    if (answer !== true) { setError(t("密码不对。", "Wrong PIN.")); setWait(answer); }
    setPinTyped("");
    setBusy(false);
  };
  return <Page title={t("输入密码", "Enter your PIN")}>
    <p class="dots" aria-live="polite" aria-label={t(`已输入 ${pin.length} 位`, `${pin.length} digits`)}>{dots(pin.length)}</p>
    {error && <p class="warn" role="alert">⚠ {error}{wait > 0 && t(` ${Math.ceil(wait / 1000)} 秒后再试。`, ` Wait ${Math.ceil(wait / 1000)} s.`)}</p>}
    <Keypad onKey={(one) => void key(one)} label={t("密码键盘", "PIN keypad")} />
    <Forgotten />
    <Languages />
  </Page>;
}

/** A forgotten PIN: what is unsent cannot be opened by anybody. Said before it is done, and asked twice. */
function Forgotten() {
  const { waiting, refused } = useApp(), left = waiting + refused;
  const [asked, setAsked] = useState(false);
  if (!asked) return <p><button type="button" class="plain" onClick={() => setAsked(true)}>{t("忘记密码", "PIN forgotten")}</button></p>;
  return <>
    <p class="warn" role="alert">⚠ {left > 0
      ? t(`清空后，${left} 条未发送的记录会丢失，必须重新填报。`, `Unsent records that will be lost, and must be entered again: ${left}.`)
      : t("没有未发送的记录。清空后需要新的登记码。", "Nothing is unsent. You will need a new sheet.")}</p>
    {big(t("清空本机，重新登记", "Wipe this phone and begin anew"), () => void beginAnew(), { kind: "danger" })}
    {big(t("不，再想想", "No, try again"), () => setAsked(false), { kind: "quiet" })}
  </>;
}

export function Lost() {
  useApp();
  return <Page title={t("本机已清空", "This phone was wiped")}>
    <p class="warn" role="alert">⚠ {t("本机已报失，里面的内容已全部删除。手机还在手里的，请找办事人员重新领取登记码。",
      "This phone was reported lost, and all it held is deleted. If you hold it in your hand, ask the clerk for a new sheet.")}</p>
    {big(t("重新登记", "Let it in again"), () => changed({ screen: { name: "enrol" } }))}
  </Page>;
}
