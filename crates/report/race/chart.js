// A chart over the race's time axis: ground, curves and direct labels, each drawn once.

import { FACE, fit, layer, revealed } from './canvas.js';
import { tickLabel, time } from './format.js';
import { LABEL_HEIGHT, placeLabels } from './labels.js';
import { ticks } from './ticks.js';

const TICK_FACE = `12px ${FACE}`;
const MARGIN = { left: 44, right: 10, top: 8, bottom: 20 };

/** A chart on a canvas that the template has. */
export class Chart {
  constructor(canvas) {
    this.canvas = canvas;
  }

  /**
   * Draw everything once. `plan` is { y, ticks, print, curves, instead }: `y` turns a value into
   * 0 to 1, `instead` is what is said where there is no curve,
   * and a curve is { label, colour, paint(context, x, y), points, anchors }: points in values, and
   * at which of them its label may stand.
   */
  prepare(plan, until, palette) {
    this.size = fit(this.canvas);
    this.palette = palette;
    const { width, height } = this.size;
    this.size.context.font = TICK_FACE;
    const wide = plan.ticks.map((tick) => this.tickWidth(tickLabel(tick, plan.print)));
    const inner = {
      left: Math.max(MARGIN.left, ...wide),
      top: MARGIN.top,
      right: width - MARGIN.right,
      bottom: height - MARGIN.bottom,
    };
    this.inner = inner;
    this.x = (moment) => inner.left + (moment / until) * (inner.right - inner.left);
    const y = (value) => inner.bottom - plan.y(value) * (inner.bottom - inner.top);
    this.ground = layer(this.size);
    this.drawGround(plan, y, until);
    this.curves = layer(this.size);
    const { context } = this.curves;
    context.beginPath();
    context.rect(inner.left, 0, inner.right - inner.left, inner.bottom + 2);
    context.clip();
    for (const curve of plan.curves) curve.paint(context, this.x, y);
    this.labels = layer(this.size);
    this.drawLabels(plan, y);
  }

  /** The room that a tick on the left needs. */
  tickWidth(label) {
    return this.size.context.measureText(label).width + 10;
  }

  drawGround({ ticks: values, print, instead }, y, until) {
    const { context } = this.ground;
    const { left, right, bottom } = this.inner;
    context.font = TICK_FACE;
    for (const value of values) {
      context.fillStyle = this.palette.grid;
      context.fillRect(left, Math.round(y(value)), right - left, 1);
      context.fillStyle = this.palette.muted;
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      context.fillText(tickLabel(value, print), left - 6, y(value));
    }
    if (instead) {
      context.fillStyle = this.palette.muted;
      context.textAlign = 'center';
      context.fillText(instead, (left + right) / 2, (MARGIN.top + bottom) / 2);
    }
    context.textBaseline = 'top';
    const about = right - left < 300 ? 4 : 5;
    for (const moment of ticks(until, about)) {
      const words = tickLabel(moment, time);
      const half = context.measureText(words).width / 2;
      context.textAlign = 'center';
      context.fillText(words, Math.min(this.x(moment), this.size.width - half), bottom + 5);
    }
  }

  drawLabels({ curves }, y) {
    const { context } = this.labels;
    const { left, right, top, bottom } = this.inner;
    context.font = `600 12px ${FACE}`;
    const named = curves.filter(({ label }) => label);
    const place = ([moment, value]) => ({ x: this.x(moment), y: y(value) });
    const labels = named.map(({ label, points, anchors = points }) => ({
      width: context.measureText(label).width + 4,
      points: points.map(place),
      anchors: anchors.map(place),
    }));
    const boxes = placeLabels(labels, { left: left + 2, right, top: top - 6, bottom: bottom - 2 });
    boxes.forEach((box, at) => {
      context.fillStyle = this.palette.pill;
      context.fillRect(box.left, box.top, box.width, LABEL_HEIGHT);
      context.fillStyle = this.palette.ink;
      context.textAlign = 'left';
      context.textBaseline = 'middle';
      context.fillText(named[at].label, box.left + 2, box.top + LABEL_HEIGHT / 2 - 1);
      context.fillStyle = named[at].colour;
      context.fillRect(box.left, box.top + LABEL_HEIGHT - 2, box.width, 2);
    });
  }

  /** Show the chart at a moment; `over` if the replay is at its end. */
  draw(moment, over) {
    const { context, width, height } = this.size;
    const { top, bottom } = this.inner;
    context.clearRect(0, 0, width, height);
    context.drawImage(this.ground.canvas, 0, 0, width, height);
    const x = over ? null : this.x(moment);
    revealed(context, this.curves, x, this.palette.ghost, this.size);
    context.drawImage(this.labels.canvas, 0, 0, width, height);
    if (over) return;
    context.fillStyle = this.palette.ink;
    context.fillRect(x - 0.75, top, 1.5, bottom - top);
  }
}
