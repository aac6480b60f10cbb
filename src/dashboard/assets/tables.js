"use strict";
// Tables of the class `sortable`: a click on a column's name sorts by it, a second one the other way round.

const key = (cell) => {
  const text = cell.textContent.trim();
  const number = Number.parseFloat(text.replace("−", "-").replace(/,/g, ""));
  return { text, number: cell.classList.contains("n") ? number : Number.NaN, none: text === "–" || text === "" };
};

function sort(table, column, down) {
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, key: key(row.cells[column]) }));
  // What has no value stands below what has one, whichever way the others stand.
  rows.sort((a, b) => {
    if (a.key.none !== b.key.none) return a.key.none ? 1 : -1;
    const order = Number.isNaN(a.key.number) || Number.isNaN(b.key.number)
      ? a.key.text.localeCompare(b.key.text)
      : a.key.number - b.key.number;
    return down ? -order : order;
  });
  body.append(...rows.map(({ row }) => row));
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    if (at === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
}

function prepare(root) {
  for (const table of root.querySelectorAll("table.sortable")) {
    if (!table.tHead || table.tBodies[0].rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (head.hasAttribute("data-unsorted") || head.querySelector("button")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const now = head.getAttribute("aria-sort");
        // Figures are read from the top: the largest first.
        sort(table, column, now === null ? head.classList.contains("n") : now === "ascending");
      });
    });
  }
}

window.tables = {
  prepare,
  // How the reader had sorted and opened things, by id.
  remember(root) {
    const sorted = [...root.querySelectorAll("table.sortable[id] th[aria-sort]")].map((head) => ({
      table: head.closest("table").id,
      column: head.cellIndex,
      down: head.getAttribute("aria-sort") === "descending",
    }));
    const open = [...root.querySelectorAll("details[id]")].map((details) => ({ id: details.id, open: details.open }));
    return { sorted, open };
  },
  restore({ sorted, open }) {
    for (const { table, column, down } of sorted) {
      const found = document.getElementById(table);
      if (found && found.tHead.rows[0].cells[column]) sort(found, column, down);
    }
    for (const details of open) {
      const found = document.getElementById(details.id);
      if (found) found.open = details.open;
    }
  },
};

document.addEventListener("DOMContentLoaded", () => prepare(document));
