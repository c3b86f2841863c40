// What pages do in the browser beyond links and forms: keys, rows, columns. No page needs it to work.
"use strict";

// In the box of a row nothing is typed: having ticked it with the mouse, one goes on with the keys.
const typing = (el) =>
  el.closest("input, textarea, select, [contenteditable]") !== null &&
  !el.matches("[data-rows] [type=checkbox], [data-ticks-list], [data-ticks-all]");

// Rows: j and k walk, Enter opens, x ticks; a button with `data-key` is pressed by that key; a click anywhere on a row that leads somewhere opens it.
const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")].filter((r) => r.offsetParent);
const at = () => document.querySelector("table[data-rows] tr.is-at");
function stand(row) {
  at()?.classList.remove("is-at");
  row.classList.add("is-at");
}
function go(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(at());
  const to = all[Math.max(0, Math.min(all.length - 1, here + step))];
  stand(to);
  to.scrollIntoView({ block: "nearest" });
}
const leads = (row) => row?.dataset.href || row?.querySelector("a[href]")?.href;
function open(row, away) {
  const href = leads(row);
  if (href && away) window.open(href, "_blank", "noopener");
  else if (href) location.assign(href);
}

const keys = {
  "/": () => document.getElementById("search")?.focus(),
  f: () => document.querySelector(".list-search input[type=search]")?.focus(),
  j: () => go(1),
  k: () => go(-1),
  n: () => document.querySelector("[data-next]")?.click(),
  u: () => document.querySelector("[data-up]")?.click(),
  x: () => at()?.querySelector("input[type=checkbox]")?.click(),
  Enter: () => open(at()),
  "?": () => document.getElementById("keys")?.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    document.querySelectorAll("details[data-closes][open]").forEach((d) => d.removeAttribute("open"));
    if (typing(event.target)) event.target.blur();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (button) {
    event.preventDefault();
    // What decides the lines ticked decides the line one stands on, where none is ticked.
    const form = button.closest("form");
    if ("ticked" in button.dataset && !form.querySelector("tbody input[type=checkbox]:checked")) {
      const box = at()?.querySelector("input[type=checkbox]");
      if (box) box.checked = true;
    }
    button.click();
    return;
  }
  const act = keys[event.key];
  if (!act || (event.key === "Enter" && !at())) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
  for (const d of document.querySelectorAll("details[data-closes][open]")) {
    if (!d.contains(event.target)) d.removeAttribute("open");
  }
  const menu = document.getElementById("menu");
  const button = event.target.closest("[data-menu]");
  if (menu && (button || !menu.contains(event.target))) {
    const shown = menu.classList.toggle("show", Boolean(button) && !menu.classList.contains("show"));
    document.querySelector("[data-menu]")?.setAttribute("aria-expanded", String(shown));
  }
  // Beside the box of a row is as good as on it.
  if (event.target.matches("td.tick")) event.target.querySelector("input:not(:disabled)")?.click();
  const row = event.target.closest("tr[data-href]");
  if (row && !event.target.closest("a, button, input, label, select, summary, .tick") && !String(getSelection())) {
    open(row, event.ctrlKey || event.metaKey);
  }
});

// A control that says so sends its form when it changes; a box in a table's head ticks the whole list.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-rows] tbody [type=checkbox]")) stand(event.target.closest("tr"));
  if (event.target.matches("[data-ticks-all]")) {
    const boxes = event.target.closest("table").querySelectorAll("tbody input[type=checkbox]:not(:disabled)");
    boxes.forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.matches("[data-ticks-list]")) {
    const list = document.getElementById(event.target.dataset.ticksList);
    list?.querySelectorAll("tbody input[type=checkbox]").forEach((box) => { box.checked = event.target.checked; });
  }
  if (event.target.matches(".columns-menu input")) {
    const list = event.target.closest("[data-columns]").dataset.columns;
    const hidden = new Set(JSON.parse(localStorage.getItem(`columns:${location.pathname}:${list}`) || "[]"));
    hidden[event.target.checked ? "delete" : "add"](event.target.value);
    localStorage.setItem(`columns:${location.pathname}:${list}`, JSON.stringify([...hidden]));
    columns();
  }
});

// Columns: which ones a person hides is kept in their own browser, by page and list.
function columns() {
  for (const menu of document.querySelectorAll("[data-columns]")) {
    const list = document.getElementById(menu.dataset.columns);
    const heads = [...(list?.querySelectorAll("thead th") ?? [])];
    const hidden = new Set(JSON.parse(localStorage.getItem(`columns:${location.pathname}:${list?.id}`) || "[]"));
    menu.replaceChildren(...heads.slice(1).flatMap((head) => {
      const title = head.textContent.trim();
      if (!title) return [];
      const label = document.createElement("label");
      const box = Object.assign(document.createElement("input"), { type: "checkbox", value: title, checked: !hidden.has(title) });
      label.append(box, title);
      return [label];
    }));
    heads.forEach((head, i) => {
      const off = hidden.has(head.textContent.trim());
      for (const row of list.querySelectorAll("tr")) if (row.cells[i]) row.cells[i].hidden = off;
    });
  }
}

// On a phone the head of a table is not shown: each cell says its column's name.
function labels() {
  for (const table of document.querySelectorAll("table.list-table")) {
    const names = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    for (const row of table.tBodies[0]?.rows ?? []) {
      [...row.cells].forEach((cell, i) => {
        if (i && names[i] && !cell.dataset.label && !cell.classList.contains("wide")) cell.dataset.label = names[i];
      });
    }
  }
}

function dress() {
  columns();
  labels();
}
document.addEventListener("DOMContentLoaded", dress);
document.addEventListener("htmx:afterSettle", dress);
// A refusal or an error page is shown too, in the place that the request was for.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422 || event.detail.xhr.status === 409) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
