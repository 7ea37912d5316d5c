// Keeps the inbox live: hears of arrivals by server-sent events and moves pieces of pages that the
// receiver rendered. It makes no markup of its own, and every page it shows also works without it.

const body = document.body;
const say = (text) => { document.getElementById("news").textContent = text; };

/** A page of the receiver as a document; parsed by the browser, its scripts never run. */
function page(url) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = "document";
    request.onload = () => (request.status === 200 && request.response ? resolve(request.response) : reject(new Error(String(request.status))));
    request.onerror = () => reject(new Error("offline"));
    request.send();
  });
}

/** Takes the element with this id from another document, in place of our own. */
function swap(from, id) {
  const mine = document.getElementById(id);
  const theirs = from.getElementById(id);
  if (!mine || !theirs) return null;
  const fresh = document.importNode(theirs, true);
  mine.replaceWith(fresh);
  tellTimes(fresh);
  return fresh;
}

// ---- times: the visitor of this page reads them in their own zone and language

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const near = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const short = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });

function ago(then) {
  const minutes = Math.round((then - Date.now()) / 60000);
  if (minutes > -1) return "now";
  if (minutes > -60) return near.format(minutes, "minute");
  if (minutes > -60 * 24) return near.format(Math.round(minutes / 60), "hour");
  return short.format(then);
}

function tellTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not(.fixed)")) {
    const then = new Date(time.dateTime);
    if (Number.isNaN(then.getTime())) continue;
    time.textContent = time.classList.contains("ago") ? ago(then) : day.format(then);
    time.title = day.format(then);
  }
}

// ---- arrivals

let unread = 0;
const title = () => document.title.replace(/^\(\d+\) /, "");

function countUnread(count) {
  unread = count;
  document.title = (unread ? `(${unread}) ` : "") + title();
}

async function refresh() {
  const fresh = await page(body.dataset.list);
  const list = document.getElementById("leads");
  const wasOpen = document.getElementById("refused").open;
  const refused = swap(fresh, "refused");
  if (!refused) return;
  refused.open = wasOpen;
  // From the empty page to the first lead, or the other way round after a restart.
  if (!list || !fresh.getElementById("leads")) {
    const first = fresh.getElementById("leads");
    swap(fresh, "panes");
    if (first) announce(1);
    return;
  }
  swap(fresh, "tabs");
  const known = new Set([...list.children].map((item) => item.dataset.seq));
  const arrived = [...fresh.getElementById("leads").children].filter((item) => !known.has(item.dataset.seq));
  const newest = Math.max(0, ...[...known].map(Number));
  // An older page of the list stays as it is: only what is newer than all of it belongs on top.
  const onTop = new URLSearchParams(location.search).has("before") ? [] : arrived.filter((item) => Number(item.dataset.seq) > newest);
  for (const item of onTop.reverse()) {
    const row = document.importNode(item, true);
    row.querySelector("a").removeAttribute("aria-current");
    row.classList.add("new");
    tellTimes(row);
    list.prepend(row);
  }
  if (onTop.length) {
    document.querySelector(".list .none")?.remove();
    announce(onTop.length);
  }
}

function announce(count) {
  const first = document.querySelector("#leads .row");
  const who = first?.querySelector(".who")?.textContent ?? "";
  const badge = first?.querySelector(".badge")?.title ?? "";
  say(count === 1 ? `New lead: ${who}, ${badge}` : `${count} new leads`);
  if (document.hidden) countUnread(unread + count);
}

let waiting = 0;
function refreshSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh().catch(() => { /* the next event tries again */ }), 60);
}

const live = document.getElementById("live");
function show(state, text) {
  live.dataset.state = state;
  live.lastElementChild.textContent = text;
}

let newest = Number(body.dataset.newest);
function listen() {
  const source = new EventSource(`/inbox/events?after=${newest}`);
  source.onopen = () => show("on", "Live");
  source.onerror = () => {
    show("off", "Reconnecting…");
    // The browser comes back by itself after a cut line, but not after an answer that was an error.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 4000);
  };
  source.addEventListener("lead", (event) => {
    newest = Math.max(newest, Number(event.lastEventId));
    refreshSoon();
  });
  source.addEventListener("refused", refreshSoon);
}

// ---- choosing a lead without loading the list again

async function choose(url, row) {
  const fresh = await page(url);
  const lead = swap(fresh, "lead");
  if (!lead) throw new Error("no lead");
  for (const other of document.querySelectorAll(".row[aria-current]")) other.removeAttribute("aria-current");
  row?.setAttribute("aria-current", "true");
  row?.closest("li").classList.remove("new");
  body.dataset.view = "lead";
  document.title = fresh.title;
  countUnread(unread);
  lead.scrollTop = 0;
  lead.querySelector("h1")?.focus({ preventScroll: true });
  if (getComputedStyle(document.querySelector(".list")).display === "none") scrollTo(0, 0);
}

function backToList() {
  body.dataset.view = "list";
  document.title = "Inbox · Prequal";
  document.querySelector(".row[aria-current]")?.focus();
}

document.addEventListener("click", (event) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const sheet = document.querySelector("#refused[open]");
  if (sheet && !sheet.contains(event.target)) sheet.open = false;
  const row = event.target.closest?.("a.row");
  if (row) {
    event.preventDefault();
    choose(row.href, row).then(() => history.pushState({ lead: row.id }, "", row.href), () => location.assign(row.href));
  }
});

addEventListener("popstate", () => {
  if (!location.pathname.startsWith("/inbox/leads/")) return backToList();
  const row = document.getElementById(`row-${location.pathname.split("/").pop()}`);
  choose(location.href, row).catch(() => location.reload());
});

document.addEventListener("keydown", (event) => {
  const sheet = document.querySelector("#refused[open]");
  if (event.key === "Escape" && sheet) {
    sheet.open = false;
    sheet.querySelector("summary").focus();
    return;
  }
  const row = event.target.closest?.("a.row");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (row && step) {
    const rows = [...document.querySelectorAll("a.row")];
    rows[rows.indexOf(row) + step]?.focus();
    event.preventDefault();
  }
  if (event.key === "Escape" && event.target.closest?.("#lead")) document.querySelector(".row[aria-current]")?.focus();
});

document.addEventListener("visibilitychange", () => { if (!document.hidden) countUnread(0); });

tellTimes(document);
setInterval(() => tellTimes(document), 30000);
listen();
