// The square on a notice opens the person it was handed to; without a camera that reads squares, the name does.
import { useEffect, useRef, useState } from "preact/hooks";
import { go } from "@field/app";
import { card, house, ofPerson, part, type Task } from "@field/post";
import { Page, big, who } from "@field/ui";
import { t } from "@field/words";
import { personOf } from "./decide";

interface Carried { papers: Record<string, string> }
interface Reader { detect(from: HTMLVideoElement): Promise<{ rawValue: string }[]> }
const LOOK_MS = 250;
export const papers = () => part<Carried>("observation")?.papers ?? {};

/** The camera's picture, looked through for a square until one is read. */
function Camera({ read }: { read: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null), [blind, setBlind] = useState(false);
  useEffect(() => {
    let stream: MediaStream | undefined, timer = 0, over = false;
    const end = () => { over = true; clearInterval(timer); stream?.getTracks().forEach((one) => one.stop()); };
    void (async () => {
      const Detector = (window as any).BarcodeDetector;
      const reader: Reader = new Detector({ formats: ["qr_code"] });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (over) return end();
      video.current!.srcObject = stream;
      void video.current!.play().catch(() => undefined);
      timer = window.setInterval(() => void reader.detect(video.current!).then((found) => { if (found[0] && !over) read(found[0].rawValue); }).catch(() => undefined), LOOK_MS);
    })().catch(() => { if (!over) setBlind(true); end(); });
    return end;
  }, []);
  return blind ? <p class="sub" data-blind>{t("本机不能扫码，请按姓名找。", "This phone reads no squares. Look for the name.")}</p>
    : <><p class="sub">{t("把告知书上的方块对准镜头。", "Hold the camera over the square on the notice.")}</p>
      <video ref={video} class="camera" muted playsInline aria-label={t("相机画面", "The camera's picture")} /></>;
}

/** What is to be done about somebody: one thing opens at once, of several one is chosen. */
function Theirs({ id, tasks, back }: { id: string; tasks: Task[]; back: () => void }) {
  const one = card(id), home = house(one?.house ?? "");
  return <Page title={one?.name ?? ""} back sub={[one && who(one.sex, one.age), home?.title, home?.address].filter(Boolean).join(" · ")}>
    {tasks.map((task) => <button key={task.key} type="button" class="big" data-task={task.kind.kind} onClick={() => go({ name: "task", task })}>{task.kind.title}</button>)}
    {!tasks.length && <p class="empty">✓ {t("现在没有要做的。", "Nothing is to be done now.")}</p>}
    {big(t("扫下一张", "The next one"), back, { kind: "quiet" })}
  </Page>;
}

export function Scan() {
  const [person, setPerson] = useState(""), [said, setSaid] = useState(""), [name, setName] = useState("");
  const open = (id: string) => {
    const tasks = ofPerson(id);
    if (tasks.length === 1) go({ name: "task", task: tasks[0]! });
    else if (card(id)) setPerson(id);
    else setSaid(t("这一位在观察中，现在没有要做的。", "They are under observation; nothing is to be done now."));
  };
  const read = (text: string) => {
    const id = personOf(text, papers());
    if (id) open(id);
    else setSaid(t("不是本村正在观察的人的告知书。", "No notice of anybody observed here."));
  };
  if (person) return <Theirs id={person} tasks={ofPerson(person)} back={() => setPerson("")} />;
  const all = [...new Set(Object.values(papers()))].filter((id) => card(id) && card(id)!.name.includes(name.trim()));
  return <Page title={t("扫告知书", "Scan a notice")} back>
    <Camera read={read} />
    {said && <p class="warn" role="alert">⚠ {said}</p>}
    <label>{t("或按姓名找", "Or by name")}<input value={name} autocomplete="off" onInput={(event) => { setName(event.currentTarget.value); setSaid(""); }} /></label>
    {name.trim() && <div class="choices">{all.slice(0, 8).map((id) => <button key={id} type="button" class="choice" data-found={id} onClick={() => open(id)}>
      <b>{card(id)!.name}</b> {who(card(id)!.sex, card(id)!.age)}</button>)}</div>}
  </Page>;
}
