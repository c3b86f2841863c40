// Mine today: what is to be done, by household, most overdue first. Above it stand the unsent count and, by name, what
// has risen to this post.
import { useEffect, useState } from "preact/hooks";
import { go, nextShift, resting, sync, useApp } from "../app";
import { now } from "../clock";
import { draft } from "../drafts";
import { card, fetchedAt, nameOf, post, risen, today, type Group, type Risen, type Task } from "../post";
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
    <RisenHere at={at} />
    {groups.map((group) => <Door key={group.id} group={group} at={at} />)}
    {!count && <p class="empty">✓ {t("现在没有要做的。", "Nothing is to be done now.")}</p>}
    {later > 0 && <p class="sub">{t(`稍后还有 ${later} 项，${hour(next, at)} 开始。`, `${later} more open later, from ${hour(next, at)} on.`)}</p>}
    <p class="sub">{t("任务更新于", "Fetched at")} {hour(fetchedAt(), at)} <button class="plain" onClick={() => void sync()}>{t("更新", "Fetch")}</button></p>
  </Page>;
}

const FIRST = 3;

/** What others were to do, did not, and is told to this post: whom it is about and who is to be called. */
function RisenHere({ at }: { at: number }) {
  const [all, setAll] = useState(false), { count, rows } = risen();
  if (!rows.length) return null;
  const shown = all ? rows : rows.slice(0, FIRST), more = rows.length - shown.length, unnamed = count - rows.length;
  return <section class="door risen" data-risen={count}>
    <h2>! {t(`逾期未做，已上报到本级 ${count} 项`, `Missed, and risen to us: ${count}`)}</h2>
    <ul>{shown.map((one) => <RisenLine key={one.key} one={one} at={at} />)}</ul>
    {more > 0 && <button type="button" class="plain" onClick={() => setAll(true)}>{t(`再看 ${more} 项`, `${more} more`)}</button>}
    {!more && unnamed > 0 && <p class="sub">{t(`还有 ${unnamed} 项，在电脑上“遗漏”中查看。`, `${unnamed} more are on the computer, under Missed.`)}</p>}
  </section>;
}

function RisenLine({ one, at }: { one: Risen; at: number }) {
  const { task } = one, said = <>
    <span class="name">{one.name} <small>{one.place}</small></span>
    <span class="what">{one.what}{one.owner && <><br />{t("责任人：", "Owed by: ")}{one.owner}</>}</span>
    <span class="when">! {overdue(at - one.due)}</span></>;
  return <li>{task ? <button class="task late" data-risen-key={one.key} onClick={() => go({ name: "task", task })}>{said}</button>
    : <div class="task late" data-risen-key={one.key}>{said}</div>}</li>;
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
