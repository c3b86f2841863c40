import { render } from "preact";
import { useEffect } from "preact/hooks";
import { app, changed, go, recount, start, sync, useApp } from "./app";
import * as outbox from "./outbox";
import { db as store } from "./store";
import { screens } from "./room";
import { Enrol, Lost, Pin, SetPin } from "./screens/door";
import { Generic } from "./screens/generic";
import { More, UnsentList } from "./screens/other";
import { Today } from "./screens/today";
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
    default: return <Today />;
  }
}

/** A word that goes away by itself; the unsent count beside it stays. */
function toast(said: string): void {
  const place = document.getElementById("toast")!;
  place.textContent = `✓ ${said}`;
  setTimeout(() => { if (place.textContent === `✓ ${said}`) place.textContent = ""; }, 4000);
}

render(<><Whole /><div id="toast" role="status" aria-live="polite" /></>, document.getElementById("app")!);
void start();
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" });
// For tests and for whoever helps over the telephone: the same doors that the screens use.
Object.assign(window, { bulou: { app, outbox, store, sync, recount, changed } });
