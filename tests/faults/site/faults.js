// What goes wrong inside the page, as its address asks. It runs before every other script.
"use strict";
{
  const wanted = new URLSearchParams(location.search);
  const DATABASE = "prequal";

  // At the point that `trap` names the page tells its site, and hangs there until it is killed.
  const trap = wanted.get("trap");
  let sprung = false;
  const at = (point) => {
    if (point !== trap || sprung) return;
    sprung = true;
    navigator.sendBeacon(`/at/${point}`);
    const end = performance.now() + 25_000;
    while (performance.now() < end);
  };
  /** Runs `before` and `after` around a method, for what belongs to the outbox's database. */
  const around = (type, name, database, before, after) => {
    const method = type.prototype[name];
    type.prototype[name] = function (...given) {
      const ours = database(this, given) === DATABASE;
      if (ours) before(this);
      const result = method.apply(this, given);
      if (ours) after(result, this);
      return result;
    };
  };
  const nothing = () => {};
  if (trap) {
    around(IDBFactory, "open", (_, [name]) => name, nothing, () => at("open"));
    const store = (it) => it.transaction.db.name;
    const committed = (it, point) => it.transaction.addEventListener("complete", () => at(point));
    around(IDBObjectStore, "put", store, (it) => committed(it, "stored"), () => at("put"));
    around(IDBObjectStore, "delete", store, (it) => committed(it, "deleted"), () => at("delete"));
    const send = fetch;
    window.fetch = (...given) => {
      if (!new Headers(given[1]?.headers ?? given[0]?.headers).has("idempotency-key")) return send(...given);
      at("before-send");
      const reply = send(...given);
      at("sent");
      return reply.then((reply) => (at("acknowledged"), reply));
    };
  }

  // Storage that is not what it seems.
  const refuse = () => {
    throw new DOMException("denied", "SecurityError");
  };
  const storage = {
    undefined: () => Object.defineProperty(window, "indexedDB", { value: undefined }),
    throws: () => (IDBFactory.prototype.open = IDBFactory.prototype.databases = refuse),
    hangs: () => (IDBFactory.prototype.open = () => new EventTarget()),
    // What an exhausted quota looks like: the transaction ends instead of committing.
    full: () => around(IDBObjectStore, "put", (it) => it.transaction.db.name, nothing, (_, it) => it.transaction.abort()),
  };
  storage[wanted.get("storage")]?.();

  const online = wanted.get("online");
  if (online) Object.defineProperty(Navigator.prototype, "onLine", { get: () => online === "yes" });

  // The clock of this page, in milliseconds beside the true one; `window.clock` moves it.
  if (wanted.has("clock")) {
    const { now } = Date;
    window.clock = Number(wanted.get("clock"));
    Date.now = () => now() + window.clock;
  }

  // Other scripts' requests take up what may outlive the page: 60 of 64 KiB.
  const crowd = wanted.get("crowd");
  if (crowd) {
    for (let left = 4; left; left--) {
      fetch("/crowd", { method: "POST", body: "x".repeat(15_000), keepalive: true }).catch(nothing);
    }
  }

  addEventListener("pageshow", ({ persisted }) => (window.restored = persisted));
}
