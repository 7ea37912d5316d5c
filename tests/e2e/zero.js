// Listens wherever a page can hear or leave something, before anything of ours is there, and notes what passes.
window.heard = [];
const note = (what, given) => {
  const text = [...given].map((one) => {
    try {
      return typeof one === "object" && !(one instanceof URL || one instanceof Request) ? JSON.stringify(one) : String(one.url ?? one);
    } catch {
      return Object.prototype.toString.call(one);
    }
  });
  window.heard.push([what, ...text]);
};
const listen = (owner, method) => {
  const own = owner?.[method];
  if (typeof own !== "function") return;
  owner[method] = function (...given) {
    note(method, given);
    return own.apply(this, given);
  };
};
listen(window, "fetch");
listen(window, "postMessage");
listen(XMLHttpRequest.prototype, "open");
listen(XMLHttpRequest.prototype, "send");
listen(Navigator.prototype, "sendBeacon");
listen(MessagePort.prototype, "postMessage");
listen(BroadcastChannel.prototype, "postMessage");
listen(Storage.prototype, "setItem");
listen(IDBFactory.prototype, "open");
listen(window.CacheStorage?.prototype, "open");
listen(window.CookieStore?.prototype, "set");
for (const method of ["pushState", "replaceState"]) listen(History.prototype, method);
for (const method of ["log", "info", "warn", "error", "debug", "dir", "table"]) listen(console, method);
for (const name of ["WebSocket", "EventSource", "Worker", "SharedWorker", "RTCPeerConnection", "WebTransport", "BroadcastChannel", "Image"]) {
  if (window[name])
    window[name] = new Proxy(window[name], {
      construct(made, given) {
        note(name, given);
        return Reflect.construct(made, given);
      },
    });
}
const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
Object.defineProperty(document, "cookie", {
  get: () => cookie.get.call(document),
  set(text) {
    note("cookie", [text]);
    cookie.set.call(document, text);
  },
});
window.dataLayer = [];
listen(window.dataLayer, "push");
addEventListener("message", (event) => note("message", [event.data]));
document.addEventListener("securitypolicyviolation", (event) => note("violation", [event.blockedURI, event.sample]));
for (const name of "ready open close step answer score stage consent submitted delivered error experiment link".split(" "))
  addEventListener(`prequal:${name}`, (event) => note(`prequal:${name}`, [event.detail]));
