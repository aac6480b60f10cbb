"use strict";
// What is going on now, and the page anew when a store was published. Text from outside only ever becomes text.

(() => {
  const part = (name) => document.querySelector(`[data-live="${name}"]`);
  const LINES = 400;
  let skew = 0;
  let last = null;
  let run = null;

  const clock = (at) => new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });

  function span(seconds) {
    if (seconds < 90) return `${Math.max(0, Math.round(seconds))} s`;
    if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
    return `${(seconds / 3600).toFixed(1)} h`;
  }

  function headline(live) {
    const it = live.progress ? `Iteration ${live.progress.iteration}` : "";
    switch (live.state) {
      case "running": return `${it} is running${live.stage ? `: ${live.stage}` : ""}.`;
      case "by_hand": return `cbt ${live.command} is at work.`;
      case "complete": return `${it} is complete, ${clock(live.progress.ended.at)}.`;
      case "failed": return `${it} failed: ${live.progress.ended.message ?? "no reason was given"}`;
      case "abandoned": return `${it} was stopped by a signal.`;
      case "killed": return `${it} was killed: its process is gone and it did not come to its end.`;
      default: return "No iteration has run here yet.";
    }
  }

  const STATES = { idle: "idle", running: "running", by_hand: "by hand", complete: "complete", failed: "failed", abandoned: "abandoned", killed: "killed" };

  function stages(live) {
    const list = part("stages");
    if (!list) return;
    list.replaceChildren(...(live.progress?.stages ?? []).map((stage) => {
      const item = document.createElement("li");
      const done = stage.seconds !== null;
      const running = live.state === "running" && stage.stage === live.stage;
      item.className = done ? "done" : running ? "running" : "waiting";
      item.textContent = stage.stage;
      const took = document.createElement("small");
      took.textContent = done ? span(stage.seconds) : running ? "now" : stage.expected_seconds === null ? "" : `about ${span(stage.expected_seconds)}`;
      item.append(" ", took);
      if (running) item.setAttribute("aria-current", "step");
      return item;
    }));
  }

  function show() {
    if (!last) return;
    const live = last;
    const lamp = part("lamp");
    if (lamp) lamp.dataset.state = live.state;
    const state = part("state");
    const counting = live.state === "running" ? live.progress.counting : null;
    if (state) state.textContent = STATES[live.state] + (live.state === "running" && live.stage ? `: ${live.stage}` : "");
    if (!part("headline")) return;
    part("headline").textContent = headline(live);
    stages(live);
    const bar = part("bar");
    bar.hidden = live.state !== "running";
    if (counting) {
      bar.max = Math.max(1, counting.total);
      bar.value = counting.done;
    } else {
      bar.removeAttribute("value");
    }
    part("count").textContent = counting ? `${counting.done} of ${counting.total} ${counting.label}` : "";
    tick();
  }

  function tick() {
    const end = part("end");
    if (!end || !last) return;
    if (last.state !== "running") {
      end.textContent = "";
    } else if (last.expected_end === null) {
      end.textContent = "When it will end is not known yet: some stage to come has not run here before.";
    } else {
      const left = (last.expected_end - (Date.now() + skew)) / 1000;
      end.textContent = left < 1 ? "It should end any moment." : `It should end in about ${span(left)}, at ${clock(last.expected_end - skew)}.`;
    }
  }

  function line(said) {
    const feed = part("feed");
    if (!feed) return;
    if (said.run !== run) {
      run = said.run;
      feed.replaceChildren();
    }
    const item = document.createElement("li");
    if (said.warning) item.className = "warn";
    const time = document.createElement("time");
    time.textContent = clock(said.at);
    item.append(time, " ", said.text);
    feed.prepend(item);
    while (feed.children.length > LINES) feed.lastChild.remove();
  }

  // The same page as the server has it now, without moving what the reader looks at.
  async function renew(edition) {
    const old = document.getElementById("published");
    if (!old || document.body.dataset.edition === edition) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("published");
    if (!fresh) return;
    // From "no results yet" to the first results the whole page is another one.
    if (page.querySelector("h1")?.textContent !== document.querySelector("h1")?.textContent) {
      location.reload();
      return;
    }
    const memory = window.tables.remember(old);
    old.replaceWith(document.importNode(fresh, true));
    document.body.dataset.edition = page.body.dataset.edition;
    window.tables.prepare(document);
    window.tables.restore(memory);
  }

  document.addEventListener("DOMContentLoaded", () => {
    const events = new EventSource("/events");
    events.addEventListener("progress", (event) => {
      last = JSON.parse(event.data);
      skew = last.now - Date.now();
      show();
    });
    events.addEventListener("line", (event) => line(JSON.parse(event.data)));
    events.addEventListener("published", (event) => {
      const { edition } = JSON.parse(event.data);
      if (edition) renew(edition).catch(() => {});
    });
    events.addEventListener("error", () => {
      const state = part("state");
      if (state) state.textContent = "not connected; trying again";
      const lamp = part("lamp");
      if (lamp) lamp.dataset.state = "gone";
    });
    setInterval(tick, 1000);
  });
})();
