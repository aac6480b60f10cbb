"use strict";
(() => {
  const number = (cell) => {
    const text = cell.dataset.v ?? cell.textContent;
    const found = /^\s*×?(-?[\d.]+(?:e-?\d+)?)/.exec(text);
    return found ? Number(found[1]) : NaN;
  };
  const sort = (table, column, head) => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const numeric = head.classList.contains("n") || [...table.tBodies[0].rows].some((row) => row.cells[column]?.dataset.v);
    const rows = [...table.tBodies[0].rows].map((row, place) => {
      const cell = row.cells[column];
      return { row, place, key: numeric ? number(cell) : cell.textContent.trim().toLowerCase() };
    });
    // What has no number stands last, whichever way.
    const empty = (key) => numeric && Number.isNaN(key);
    rows.sort((a, b) => {
      if (empty(a.key) || empty(b.key)) return empty(a.key) - empty(b.key) || a.place - b.place;
      const order = numeric ? a.key - b.key : a.key.localeCompare(b.key);
      return (up ? order : -order) || a.place - b.place;
    });
    table.tBodies[0].append(...rows.map((entry) => entry.row));
  };
  for (const table of document.querySelectorAll("table.sort")) {
    if (!table.tHead || table.tBodies[0].rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => sort(table, column, head));
    });
  }
  for (const table of document.querySelectorAll("table.filter")) {
    const rows = [...table.tBodies[0].rows];
    if (rows.length < 6) continue;
    const finder = document.createElement("p");
    finder.className = "finder";
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "search";
    label.append("Show rows with ", input);
    const told = document.createElement("span");
    told.className = "soft";
    told.setAttribute("role", "status");
    finder.append(label, told);
    (table.closest(".scroll") ?? table).before(finder);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        if (!row.hidden) shown += 1;
      }
      told.textContent = wanted ? `${shown} of ${rows.length}` : "";
    });
  }
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  const all = document.querySelector("button.all");
  if (all) {
    const each = [...document.querySelectorAll("details.strategy")];
    all.hidden = each.length < 2;
    all.addEventListener("click", () => {
      const open = each.some((one) => !one.open);
      for (const one of each) one.open = open;
      all.textContent = open ? "Close all" : "Open all";
    });
  }
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });
})();
