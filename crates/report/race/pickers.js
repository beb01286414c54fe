// The choices above the race: workload, executor, strategies, scale, theme.

import { capitalized } from './format.js';
import { byId, element } from './html.js';
import { THEMES } from './state.js';

const THEME_WORDS = { auto: 'automatic', light: 'light', dark: 'dark' };

export class Pickers {
  /** `chosen` is called with the part of the state that was chosen. */
  constructor(chosen) {
    this.race = byId('race');
    this.executor = byId('executor');
    this.strategies = byId('strategies');
    this.theme = byId('theme');
    this.scale = byId('logarithmic');
    this.race.addEventListener('change', () => chosen({ race: this.race.value }));
    this.executor.addEventListener('change', () => chosen({ executor: this.executor.value }));
    this.strategies.addEventListener('change', (event) => this.tick(event.target, chosen));
    this.theme.addEventListener('click', () => {
      const next = (THEMES.indexOf(this.theme.dataset.theme) + 1) % THEMES.length;
      chosen({ theme: THEMES[next] });
    });
    this.scale.addEventListener('click', () => {
      chosen({ logarithmic: this.scale.getAttribute('aria-pressed') !== 'true' });
    });
    closeOutside(byId('which'));
  }

  /** A strategy was ticked or not; one always stays. */
  tick(box, chosen) {
    const boxes = [...this.strategies.querySelectorAll('input')];
    const shown = boxes.filter(({ checked }) => checked).map(({ value }) => value);
    if (shown.length === 0) box.checked = true;
    else chosen({ shown });
  }

  /** Offer what there is, with what is chosen of it. */
  offer(races, race, executors, executor, rows) {
    options(this.race, races, race.key);
    options(
      this.executor,
      executors.map((name) => ({ key: name, label: name })),
      executor,
    );
    // The boxes are filled anew only if they are others, or the one in use would lose its focus.
    const boxes = [...this.strategies.querySelectorAll('input')];
    const same = boxes.length === rows.length && boxes.every((box, at) => box.value === rows[at].key);
    if (!same) this.strategies.replaceChildren(...rows.map(box));
    this.strategies.querySelectorAll('input').forEach((input, at) => {
      input.checked = rows[at].shown;
    });
  }

  /** Show theme and scale as they are. */
  show({ theme, logarithmic }) {
    this.theme.dataset.theme = theme;
    this.theme.setAttribute('aria-label', `Colour theme: ${THEME_WORDS[theme]}`);
    const root = document.documentElement;
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    this.scale.setAttribute('aria-pressed', String(logarithmic));
  }
}

function box({ key, title, dash, colour }) {
  const swatch = element('span', { class: `swatch dash-${dash}` });
  swatch.style.setProperty('--family', colour);
  const input = element('input', { type: 'checkbox', value: key });
  return element('label', {}, [input, swatch, capitalized(title)]);
}

function options(select, choices, chosen) {
  select.replaceChildren(...choices.map(({ key, label }) => element('option', { value: key }, label)));
  select.value = chosen;
}

/** A list that is open closes when the reader goes elsewhere, or with Escape. */
function closeOutside(details) {
  document.addEventListener('click', (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    details.open = false;
    details.querySelector('summary').focus();
  });
}
