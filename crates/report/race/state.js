// The state of the view, and the fragment of the address that keeps it.

export const THEMES = ['auto', 'light', 'dark'];

/** Nothing chosen: the finished picture of the first race. */
export function initial() {
  return {
    race: null,
    executor: null,
    shown: null,
    position: 1,
    speed: null,
    logarithmic: false,
    theme: 'auto',
  };
}

/** The state that a fragment tells; what it does not tell, or tells wrongly, is as usual. */
export function fromFragment(fragment) {
  const state = initial();
  const told = new URLSearchParams(fragment.replace(/^#/, ''));
  state.race = told.get('race');
  state.executor = told.get('executor');
  if (told.has('shown')) state.shown = told.get('shown').split(',');
  const position = Number(told.get('at') ?? 1);
  if (position >= 0 && position <= 1) state.position = position;
  const speed = Number(told.get('speed'));
  if (speed > 0 && Number.isFinite(speed)) state.speed = speed;
  state.logarithmic = told.get('memory') === 'log';
  if (THEMES.includes(told.get('theme'))) state.theme = told.get('theme');
  return state;
}

/** The fragment from which the same view can be had again. */
export function toFragment(state) {
  const told = new URLSearchParams();
  if (state.race) told.set('race', state.race);
  if (state.executor) told.set('executor', state.executor);
  if (state.shown) told.set('shown', state.shown.join(','));
  if (state.position < 1) told.set('at', state.position.toFixed(3));
  if (state.speed) told.set('speed', String(state.speed));
  if (state.logarithmic) told.set('memory', 'log');
  if (state.theme !== 'auto') told.set('theme', state.theme);
  const text = told.toString();
  return text ? `#${text}` : '';
}
