import { render } from "preact";
import { useEffect } from "preact/hooks";
import { app, changed, go, recount, start, sync, useApp } from "./app";
import { drafting } from "./drafts";
import * as outbox from "./outbox";
import { db as store } from "./store";
import { acts, screens } from "./room";
import { Enrol, Lost, Pin, SetPin } from "./screens/door";
import { Generic } from "./screens/generic";
import { More, UnsentList } from "./screens/other";
import { Today } from "./screens/today";
import { toast } from "./ui";
import { t } from "./words";
import "./style.css";

function Whole() {
  const { screen } = useApp();
  useEffect(() => { if (screen.name !== "today") document.getElementById("toast")!.textContent = ""; }, [screen.name]);
  switch (screen.name) {
    case "start": return null;
    case "enrol": return <Enrol given={screen.code} />;
    case "set-pin": return <SetPin />;
    case "pin": return <Pin />;
    case "lost": return <Lost />;
    case "unsent": return <UnsentList />;
    case "more": return <More />;
    case "task": {
      const One = screens[screen.task.kind.kind] ?? Generic;
      return <One key={screen.task.key} task={screen.task} done={(said) => { go({ name: "today" }); toast(said); }} />;
    }
    case "act": {
      const act = acts.find((one) => one.id === screen.act);
      return act ? <act.Screen done={(said) => { go({ name: "today" }); toast(said); }} /> : <Today />;
    }
    default: return <Today />;
  }
}

function Demo() {
  return useApp().demo ? <p class="demo"><strong>{t("演示数据", "Demonstration")}</strong> {t("人物均为虚构", "All people are invented")}</p> : null;
}

render(<><Demo /><Whole /><div id="toast" role="status" aria-live="polite" /></>, document.getElementById("app")!);
void start();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" });
// For tests and for whoever helps over the telephone: the same doors that the screens use.
Object.assign(window, { bulou: { app, outbox, store, sync, recount, changed, drafting } });
