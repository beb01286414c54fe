// From the data in the page to the race; whatever is wrong with them is said, never blank.

import { readData } from './data.js';
import { plain } from './format.js';
import { byId, element } from './html.js';
import { Page } from './page.js';

/** Start the race; the still pictures stay where there is none. */
function start() {
  const data = readData(byId('data').textContent);
  say(data.notes, 'notes');
  say(data.refused, 'refused');
  if (data.traces.length === 0) {
    if (data.refused.length === 0) say(['There is no trace in this page.'], 'refused');
    return;
  }
  // What is hidden has no size, and pictures need one.
  document.documentElement.classList.add('live');
  try {
    window.race = new Page(data);
  } catch (error) {
    document.documentElement.classList.remove('live');
    say([`The race cannot be shown: ${plain(error.message)}.`], 'refused');
    throw error;
  }
}

/** A list of sentences in a box of the template, which is hidden while it is empty. */
function say(sentences, id) {
  byId(id).hidden = sentences.length === 0;
  const most = sentences.slice(0, 20).map((sentence) => element('li', {}, sentence));
  if (sentences.length > most.length) {
    most.push(element('li', {}, `And ${sentences.length - most.length} more.`));
  }
  byId(id).querySelector('ul').replaceChildren(...most);
}

start();
