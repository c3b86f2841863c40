// The round of readings: Enter saves a row and goes to the next; lists: one box ticks all.
"use strict";

const dueFields = () => [...document.querySelectorAll("#round [data-due] .degrees")];

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || !field.matches?.("#round .degrees")) return;
  event.preventDefault();
  const all = dueFields();
  const next = all[all.indexOf(field) + 1];
  if (field.value.trim()) field.closest("li").querySelector(".save-row").click();
  (next ?? document.querySelector(".round-end .btn"))?.focus();
});

document.addEventListener("click", (event) => {
  const again = event.target.closest("#round .again");
  if (again) {
    const field = again.closest("li").querySelector(".degrees");
    again.parentElement.remove();
    field.select();
    field.focus();
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const round = document.getElementById("round");
  if (!round) return;
  const left = round.querySelector("[data-left]");
  if (left) left.textContent = String(round.querySelectorAll("[data-due]").length);
  // A fever is asked about at once; what was refused waits, marked, while the round goes on.
  const row = document.getElementById(event.detail.requestConfig?.elt?.closest?.("li")?.id ?? event.target.id);
  row?.querySelector(".sure")?.focus();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

// The grid opens at its newest days, and with a whole day beside the names.
for (const frame of document.querySelectorAll("[data-end]")) {
  const wide = frame.querySelector("tbody th")?.offsetWidth ?? 0;
  frame.style.setProperty("--names", `${wide}px`);
  const end = frame.scrollWidth - frame.clientWidth;
  if (end > 0) {
    const starts = [...frame.querySelectorAll("thead [colspan]")].map((day) => day.offsetLeft - wide);
    const to = starts.find((start) => start >= end) ?? end;
    frame.querySelector("table").style.marginRight = `${to - end}px`;
    frame.scrollLeft = to;
  }
}
