// Puts the choices of the fragment on the page, and those on the page into the fragment.

import { parse, print } from './state.js';
import { tables } from './tables.js';
import { workloads } from './workloads.js';
import { theme } from './theme.js';

const bar = document.getElementById('tools');
const parts = [
  workloads(document, bar, choose),
  theme(document.documentElement, bar, choose),
  ...tables(document, choose),
];
let choices = parse(location.hash);

function choose(more) {
  choices = { ...choices, ...more };
  history.replaceState(null, '', print(choices) || location.pathname + location.search);
  show();
}

function show() {
  parts.forEach((part) => part(choices));
}

/** Goes to a place of the page, opening what it is in and showing the workload that it is of. */
function go(id) {
  const place = document.getElementById(id);
  if (!place) {
    return;
  }
  for (let outer = place; outer; outer = outer.parentElement) {
    if (outer instanceof HTMLDetailsElement) {
      outer.open = true;
    }
    if (outer.hidden) {
      choose({ workload: '' });
    }
  }
  place.scrollIntoView();
  (place.querySelector(':scope > summary, :scope > h2') ?? place).focus({ preventScroll: true });
}

document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link) {
    event.preventDefault();
    const id = link.getAttribute('href').slice(1);
    choose({ at: id });
    go(id);
  }
});

addEventListener('hashchange', () => {
  choices = parse(location.hash);
  show();
  go(choices.at);
});

show();
if (choices.at) {
  go(choices.at);
}
