// Shows, below a form that a script posts, what was in the post: a gallery is there to be looked at.
(() => {
  'use strict';

  const shown = document.querySelector('.shown');
  if (!shown) return;

  function put(parent, name, text) {
    const element = document.createElement(name);
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  }

  // Comes whenever a form's data is collected, by the browser or by a script.
  document.addEventListener('formdata', ({ formData }) => {
    const entries = [...formData];
    setTimeout(() => {
      const place = shown.querySelector('.posted') || put(shown, 'div');
      place.className = 'posted';
      place.replaceChildren();
      put(place, 'h2', 'What was posted');
      const list = put(place, 'dl');
      list.className = 'arrived';
      for (const [name, value] of entries) {
        const row = put(list, 'div');
        put(row, 'dt', name);
        put(row, 'dd', String(value));
      }
    });
  });
})();
