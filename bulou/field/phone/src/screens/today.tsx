// Mine today: what is to be done, by household, most overdue first. Nothing stands above it but the unsent count.
import { useEffect, useState } from "preact/hooks";
import { go, nextShift, resting, sync, useApp } from "../app";
import { now } from "../clock";
import { draft } from "../drafts";
import { card, fetchedAt, nameOf, post, today, type Group, type Task } from "../post";
import { acts } from "../room";
import { Page, big, hour, overdue, who } from "../ui";
import { t } from "../words";
import { Enrol } from "./door";

export function Today() {
  const { ended, line, busy } = useApp();
  const [rests, setRests] = useState(false);
  useEffect(() => void resting().then((is) => setRests(is === true)), [busy]);
  if (ended) return <Enrol why={ended} />;
  if (!post()) return <Page title={t("今天的任务", "Mine today")}>
    <p class="empty">{rests ? t("本班已结束，名单已清除。", "The shift has ended and the cards are forgotten.")
      : line ? t("正在取任务……", "Fetching your tasks …") : t("没有网络，还没有任务。到有信号的地方再打开一次。", "No signal, and no tasks yet. Open this once where there is a line.")}</p>
    {big(t("取下一班的任务", "Fetch the next shift"), () => void nextShift(), { disabled: busy })}
  </Page>;
  const { groups, count, later, next } = today(), at = now();
  return <Page title={t(`今天 ${count} 项`, `Today: ${count}`)} foot={foot()}>
    {groups.map((group) => <Door key={group.id} group={group} at={at} />)}
    {!count && <p class="empty">✓ {t("现在没有要做的。", "Nothing is to be done now.")}</p>}
    {later > 0 && <p class="sub">{t(`稍后还有 ${later} 项，${hour(next, at)} 开始。`, `${later} more open later, from ${hour(next, at)} on.`)}</p>}
    <p class="sub">{t("任务更新于", "Fetched at")} {hour(fetchedAt(), at)} <button class="plain" onClick={() => void sync()}>{t("更新", "Fetch")}</button></p>
  </Page>;
}

/** What is done whenever it comes: at the foot of the screen, where the thumb is. The list has all the rest. */
function foot() {
  const some = acts.filter((act) => act.when());
  if (!some.length) return undefined;
  return <nav class="acts" aria-label={t("随时登记", "Whenever it comes")}>{some.map((act) =>
    <button key={act.id} type="button" data-act={act.id} onClick={() => go({ name: "act", act: act.id })}>{act.title()}</button>)}</nav>;
}

function Door({ group, at }: { group: Group; at: number }) {
  return <section class="door">
    <h2>{group.title}{group.address && !group.title.endsWith(group.address) && <small>{group.address}</small>}</h2>
    <ul>{group.tasks.map((task) => <Line key={task.key} task={task} at={at} />)}</ul>
  </section>;
}

function Line({ task, at }: { task: Task; at: number }) {
  const one = card(task.subject), late = task.due < at;
  return <li><button class={late ? "task late" : "task"} data-task={task.kind.kind} onClick={() => go({ name: "task", task })}>
    <span class="name">{nameOf(task)} <small>{one && who(one.sex, one.age)}</small></span>
    <span class="what">{task.kind.title}{draft(task.key) !== undefined && <b data-half> · ✎ {t("填了一半", "half filled in")}</b>}</span>
    <span class="when">{late ? `! ${overdue(at - task.due)}` : t(`${hour(task.due, at)} 前`, `by ${hour(task.due, at)}`)}</span>
  </button></li>;
}
