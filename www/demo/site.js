// Moves between the site's pages without a full load, so that what the widget
// holds in memory (answers, pages seen) lives on. Without this file, or when
// anything here goes wrong, links are ordinary links.
(() => {
  'use strict';

  const root = document.documentElement;
  const header = document.querySelector('.top');
  const nav = document.getElementById('site-nav');
  if (!header || !document.querySelector('main') || !window.history.pushState) return;

  const scrolls = new Map(); // history entry's key -> scroll position, kept in memory only
  let serial = 0;
  let key = (history.state && history.state.northbeam) || freshKey();
  let shown = pathOf(location);
  let request = null;

  function pathOf(url) {
    return url.pathname + url.search;
  }

  function freshKey() {
    return `${Date.now().toString(36)}-${(serial += 1)}`;
  }

  // Under `require-trusted-types-for 'script'` DOMParser is a guarded sink.
  // A request for a document is not: it parses the page and runs none of it.
  function fetchPage(url, done, failed) {
    const xhr = new XMLHttpRequest();
    xhr.open('GET', url);
    xhr.responseType = 'document';
    xhr.timeout = 8000;
    xhr.onload = () => {
      const page = xhr.response;
      if (xhr.status === 200 && page && page.querySelector('main')) done(page, new URL(xhr.responseURL));
      else failed();
    };
    xhr.onerror = failed;
    xhr.ontimeout = failed;
    xhr.send();
    return xhr;
  }

  // What a page brings beside the site's own: such a page is loaded whole, or its scripts would not run.
  function brings(page) {
    const files = (where) => [...where.head.querySelectorAll('script[src], link[rel="stylesheet"]')]
      .map((file) => file.getAttribute('src') || file.getAttribute('href'));
    const here = files(document);
    return files(page).some((file) => !here.includes(file));
  }

  function swap(page) {
    // Imported before it is inserted, so that custom elements upgrade here.
    document.querySelector('main').replaceWith(document.importNode(page.querySelector('main'), true));
    document.title = page.title;
    for (const name of ['description', 'robots']) {
      const now = document.querySelector(`meta[name="${name}"]`);
      const next = page.querySelector(`meta[name="${name}"]`);
      if (now && next) now.content = next.content;
      else if (now) now.remove();
      else if (next) document.head.append(document.importNode(next, true));
    }
    const theirs = page.querySelectorAll('#site-nav a');
    nav.querySelectorAll('a').forEach((link, i) => {
      if (theirs[i] && theirs[i].hasAttribute('aria-current')) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    });
  }

  function focus(element) {
    if (!element.hasAttribute('tabindex')) element.setAttribute('tabindex', '-1');
    element.focus({ preventScroll: true });
  }

  function arrive(hash, position) {
    const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (position !== undefined) scrollTo({ top: position, behavior: 'instant' });
    else if (target) target.scrollIntoView({ behavior: 'instant' });
    else scrollTo({ top: 0, behavior: 'instant' });
    focus((target && target.querySelector('h1, h2')) || target || document.querySelector('main h1'));
  }

  // Names the entry being left, so that coming back finds its scroll position.
  function leave() {
    scrolls.set(key, scrollY);
    if (!history.state || !history.state.northbeam) history.replaceState({ northbeam: key }, '');
    // The browser would restore the scroll before the page is swapped in.
    history.scrollRestoration = 'manual';
  }

  function go(url, push) {
    if (request) request.abort();
    if (push) leave();
    const slow = setTimeout(() => { root.dataset.going = ''; }, 150);
    const settle = () => {
      clearTimeout(slow);
      delete root.dataset.going;
      request = null;
    };
    request = fetchPage(url.href, (page, real) => {
      settle();
      if (brings(page)) {
        if (push) location.assign(url.href);
        else location.reload();
        return;
      }
      let position;
      if (push) {
        key = freshKey();
        history.pushState({ northbeam: key }, '', real.pathname + real.search + url.hash);
        history.scrollRestoration = 'manual';
      } else {
        position = scrolls.get(key);
      }
      shown = pathOf(location);
      swap(page);
      arrive(url.hash, position);
    }, () => {
      settle();
      if (push) location.assign(url.href);
      else location.reload();
    });
    request.onabort = () => {
      clearTimeout(slow);
      delete root.dataset.going;
    };
  }

  function isPage(link, url) {
    return url.origin === location.origin
      && !link.hasAttribute('download')
      && (!link.target || link.target === '_self')
      && /(\/|\.html)$/.test(url.pathname);
  }

  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    // composedPath sees links inside an open shadow root, such as the widget's.
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement && node.href);
    if (!link) return;
    const url = new URL(link.href);
    if (!isPage(link, url)) return;
    if (nav && nav.matches(':popover-open')) nav.hidePopover();
    if (pathOf(url) === pathOf(location)) {
      if (url.hash) return; // a jump inside this page is the browser's own
      event.preventDefault();
      arrive('');
      return;
    }
    event.preventDefault();
    go(url, true);
  });

  addEventListener('popstate', (event) => {
    scrolls.set(key, scrollY);
    key = (event.state && event.state.northbeam) || freshKey();
    if (pathOf(location) === shown) {
      if (request) request.abort();
      const position = scrolls.get(key);
      if (position !== undefined) scrollTo({ top: position, behavior: 'instant' });
      return;
    }
    go(new URL(location.href), false);
  });

  // A full load away or a reload is the browser's own to restore.
  addEventListener('pagehide', () => { history.scrollRestoration = 'auto'; });
})();
