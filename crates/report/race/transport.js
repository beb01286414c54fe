// Play, pause, scrub and speed: from buttons and keys to positions.

import { byId, element } from './html.js';
import { time } from './format.js';
import { STEP_MS, advance, comfortable, speedLabel, speeds, step } from './replay.js';

/** How far an arrow key moves, as a part of the whole; ten times as far with shift. */
const ARROW = 0.01;

export class Transport {
  /** `moved` is called with every new position, and `settled` when the replay stands again. */
  constructor({ moved, settled, chosen }) {
    this.moved = moved;
    this.settled = settled;
    this.position = 1;
    this.playing = false;
    this.calm = window.matchMedia('(prefers-reduced-motion: reduce)');
    this.button = byId('play');
    this.scrubber = byId('scrubber');
    this.clock = byId('clock');
    this.speed = byId('speed');
    this.button.addEventListener('click', () => this.toggle());
    this.scrubber.addEventListener('input', () => this.jump(this.scrubber.value / 1000));
    this.speed.addEventListener('change', () => chosen(Number(this.speed.value)));
    document.addEventListener('keydown', (event) => this.key(event));
  }

  /** Take up a race that lasts `until` microseconds; `speed` null means a comfortable one. */
  load(until, position, speed) {
    this.pause();
    this.until = until;
    const offered = speeds(until);
    const usual = comfortable(until);
    const chosen = offered.includes(speed) ? speed : usual;
    this.speed.replaceChildren(
      ...offered.map((value) => element('option', { value }, speedLabel(value))),
    );
    this.speed.value = String(chosen);
    this.show(position);
  }

  /** Go to a position and show it, without telling anybody. */
  show(position) {
    this.position = position;
    const moment = Math.round(position * this.until);
    this.scrubber.value = String(Math.round(position * 1000));
    this.scrubber.setAttribute('aria-valuetext', `${time(moment)} of ${time(this.until)}`);
    this.clock.textContent = `${time(moment)} / ${time(this.until)}`;
    const verb = position >= 1 ? 'Replay' : 'Play';
    byId('play-label').textContent = this.playing ? 'Pause' : verb;
    byId('play-sign').textContent = this.playing ? '❚❚' : '▶';
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.position >= 1) this.position = 0;
    this.playing = true;
    this.go(this.position);
    if (this.calm.matches) this.timer = setInterval(() => this.go(step(this.position)), STEP_MS);
    else this.frame = requestAnimationFrame((now) => this.tick(now, now));
  }

  tick(before, now) {
    const speed = Number(this.speed.value);
    this.go(advance(this.position, now - before, speed, this.until));
    if (this.playing) this.frame = requestAnimationFrame((next) => this.tick(now, next));
  }

  pause() {
    cancelAnimationFrame(this.frame);
    clearInterval(this.timer);
    if (!this.playing) return;
    this.playing = false;
    this.show(this.position);
    this.settled(this.position);
  }

  /** A position in play: at the end it stops. */
  go(position) {
    this.show(position);
    this.moved(position);
    if (position >= 1) this.pause();
  }

  /** A position that the reader chose. */
  jump(position) {
    this.pause();
    this.show(Math.max(0, Math.min(1, position)));
    this.moved(this.position);
    this.settled(this.position);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const own = event.target === this.scrubber;
    // A control or a part that scrolls has its own use of these keys.
    if (!own && event.target.closest('input, select, button, summary, a, pre, [tabindex="0"]')) {
      return;
    }
    const far = event.shiftKey ? 10 * ARROW : ARROW;
    const moves = {
      ' ': () => this.toggle(),
      ArrowLeft: () => this.jump(this.position - far),
      ArrowRight: () => this.jump(this.position + far),
      Home: () => this.jump(0),
      End: () => this.jump(1),
    };
    if (!Object.hasOwn(moves, event.key)) return;
    event.preventDefault();
    moves[event.key]();
  }
}
