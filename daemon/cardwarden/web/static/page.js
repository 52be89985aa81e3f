// The page's one script, which nothing needs: what is looked at stays true, and arrow keys go through a list.
"use strict";
(() => {
  const EVERY = 30_000, QUIET = 2_000; // milliseconds
  const main = document.getElementById("main");
  let busyUntil = 0;

  // Nothing moves under a finger, and nothing that somebody opened, chose or is typing is taken away.
  const isUsed = () => {
    const at = document.activeElement;
    return Date.now() < busyUntil || (at !== main && main.contains(at)) || !getSelection().isCollapsed
      || main.querySelector("details[open]") !== null
      || [...main.querySelectorAll("input[type=search]")].some((one) => one.value !== one.defaultValue);
  };

  const look = async () => {
    if (document.hidden || isUsed()) return;
    let answer, text;
    try {
      answer = await fetch(location.href, { cache: "no-store" });
      text = await answer.text();
    } catch {
      return; // the daemon starts anew, or the network is away
    }
    if (answer.redirected) return location.reload(); // one is to sign in again
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const seen = fresh.getElementById("main");
    if (!seen || isUsed() || seen.innerHTML === main.innerHTML) return;
    main.replaceChildren(...seen.childNodes);
    document.title = fresh.title;
    document.getElementById("news").textContent = main.querySelector("h1")?.textContent ?? "";
  };

  if (main.hasAttribute("data-live")) {
    setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
    for (const kind of ["pointerdown", "keydown", "scroll"]) {
      document.addEventListener(kind, () => { busyUntil = Date.now() + QUIET; }, { passive: true });
    }
  }

  document.addEventListener("keydown", (event) => {
    const item = event.target.closest?.(".events a, .rows a, .folded summary");
    if (!item || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const items = [...item.closest("ul, ol").querySelectorAll(".events a, .rows a, .folded summary")];
    const next = items[items.indexOf(item) + step];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
})();
