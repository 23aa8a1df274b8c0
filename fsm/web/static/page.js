// Keeps a page that is open right: news without moving what somebody is about to press, times that
// pass, and a banner as soon as nobody can say whether it is still so. All works without it.
"use strict";
(() => {
  const body = document.body;
  const stale = document.getElementById("stale"), why = document.getElementById("why");
  const PATIENCE = 4500; // milliseconds without a sign
  let skew = Date.now() / 1000 - Number(body.dataset.now);
  let heard = Date.now(), loading = false, again = false;
  let latest = "", held = false; // the page as it was last, and whether some of it is not shown yet
  const faults = { told: "", cut: "", look: "", who: "" }; // why it may be stale, by who says so

  const two = (number) => String(number).padStart(2, "0");

  function span(seconds) {
    if (seconds < 60) return `${Math.floor(seconds)} s`;
    const parts = [];
    let rest = Math.round(seconds);
    for (const [size, unit] of [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]]) {
      const count = Math.floor(rest / size);
      rest %= size;
      if (count) parts.push(`${count} ${unit}`);
    }
    return parts.slice(0, 2).join(" ");
  }

  function distance(time, now) {
    if (Math.abs(time - now) < 1) return "now";
    return time < now ? `${span(now - time)} ago` : `in ${span(time - now)}`;
  }

  function utc(seconds) {
    return new Date(seconds * 1000).toISOString().replace("T", " ").replace(/\.\d+Z$/, " UTC");
  }

  function tick() {
    const now = Date.now() / 1000 - skew;
    document.getElementById("clock").textContent = utc(now);
    for (const one of document.querySelectorAll(".ago[data-time]")) {
      const words = distance(Number(one.dataset.time), now);
      if (one.textContent !== words) one.textContent = words;
    }
    if (Date.now() - heard > PATIENCE) warn("cut", "the connection to the pages is cut");
  }

  // By the supervisor's clock it is so late. What is shown may have been made for somebody else some
  // seconds ago. A clock that goes by recorded alerts stands still between them; for so long ours
  // goes on, rather than back and forth.
  function setClock(now, news) {
    const found = Date.now() / 1000 - now;
    if (news || found < skew || found > skew + 60) skew = found;
  }

  function warn(from, about) {
    faults[from] = about;
    const words = faults.who || faults.look || faults.cut || faults.told;
    if (words && why.textContent !== words) why.textContent = words;
    stale.hidden = !words;
  }

  // What somebody is pointing at, or has the focus in, stays as it is until they leave it.
  let touches = false; // a finger points at nothing once it is lifted, though ":hover" stays
  document.addEventListener("pointerdown", (event) => { touches = event.pointerType === "touch"; });
  const busy = (element) => !touches && element.matches(":hover")
    || element.contains(document.activeElement);

  function kept(before, after) {
    for (const one of after.querySelectorAll("details[id]")) {
      const old = document.getElementById(one.id);
      if (old) one.open = old.open;
    }
  }

  function same(one, other) {
    const plain = (element) => {
      const copy = element.cloneNode(true);
      for (const ago of copy.querySelectorAll(".ago")) ago.textContent = "";
      for (const form of copy.querySelectorAll("details")) form.removeAttribute("open");
      return copy.innerHTML;
    };
    return plain(one) === plain(other) && one.className.replace(" fresh", "") === other.className;
  }

  function fresh(element) {
    element.classList.add("fresh");
    setTimeout(() => element.classList.remove("fresh"), 2500);
  }

  function rows(before, after) {
    const hold = busy(before);
    const known = new Map([...before.children].map((one) => [one.dataset.key, one]));
    const wanted = [...after.children];
    for (const [place, one] of wanted.entries()) {
      const old = known.get(one.dataset.key);
      known.delete(one.dataset.key);
      if (!old) {
        before.append(one);
        fresh(one);
      } else if (!same(old, one) && !busy(old)) {
        old.replaceWith(one);
        fresh(one);
      } else if (!hold) {
        before.append(old);
      } else if (before.children[place] !== old || !same(old, one)) {
        held = true;
      }
    }
    for (const one of known.values()) {
      if (busy(one)) held = true;
      else one.remove();
    }
  }

  function take(text) {
    const page = new DOMParser().parseFromString(text, "text/html");
    if (page.body.dataset.who !== body.dataset.who) {
      warn("who", "you are not signed in as before; load the page again");
      return;
    }
    warn("who", "");
    latest = text;
    held = false;
    for (const after of page.querySelectorAll("[data-live]")) {
      const before = document.getElementById(after.id);
      if (!before) continue;
      kept(before, after);
      if ("rows" in after.dataset) rows(before, after);
      else if (same(before, after)) continue;
      else if (before.contains(document.activeElement)) held = true;
      else {
        const left = before.scrollLeft;
        before.replaceChildren(...after.childNodes);
        before.className = after.className;
        before.scrollLeft = left;
        fresh(before);
      }
    }
    document.title = page.title;
    const banner = page.getElementById("stale");
    warn("told", banner && !banner.hidden ? page.getElementById("why").textContent : "");
    body.dataset.head = page.body.dataset.head;
  }

  async function look() {
    if (new URLSearchParams(location.search).has("at")) return;
    if (loading) { again = true; return; }
    loading = true;
    try {
      const address = new URL(location.href);
      address.searchParams.delete("said");
      const response = await fetch(address, { headers: { Accept: "text/html" } });
      if (response.redirected) location.assign(response.url); // to sign in
      else if (!response.ok) warn("look", `the pages answer ${response.status}`);
      else {
        take(await response.text());
        warn("look", "");
      }
    } catch {
      warn("look", "the pages do not answer");
    } finally {
      loading = false;
      if (again) { again = false; setTimeout(look, 300); }
    }
  }

  function listen() {
    const stream = new EventSource(body.dataset.stream);
    const sign = (event) => {
      heard = Date.now();
      const { head, stale: words, now } = JSON.parse(event.data);
      setClock(now, event.type === "news");
      warn("cut", "");
      warn("told", words);
      return head;
    };
    stream.addEventListener("sign", (event) => { if (sign(event) !== body.dataset.head) look(); });
    stream.addEventListener("news", (event) => { sign(event); look(); });
    stream.addEventListener("error", () => {
      warn("cut", "the connection to the pages is cut");
      if (stream.readyState !== EventSource.CLOSED) return;
      look(); // whoever may look no longer has to sign in
      setTimeout(listen, 2000);
    });
  }

  let left;
  for (const kind of ["pointerout", "focusout"]) document.addEventListener(kind, () => {
    clearTimeout(left);
    left = setTimeout(() => { if (held) take(latest); }, 100);
  });

  const range = document.getElementById("at");
  if (range) range.addEventListener("input", () => {
    document.getElementById("at-words").textContent = utc(Number(range.value));
  });
  const drop = document.getElementById("drop");
  if (drop) {
    for (const kind of ["dragover", "dragleave", "drop"]) drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop") document.getElementById("recording").files = event.dataTransfer.files;
    });
  }
  if (document.querySelector("[data-live]")) listen();
  else heard = Infinity;
  setInterval(tick, 1000);
})();
