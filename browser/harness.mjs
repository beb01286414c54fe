// What the checks of every page share: a browser of their own, and one line a check.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { chromium } from 'playwright-core';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const WIDTHS = [
  [1280, 800],
  [390, 844],
  [320, 640],
];
export const SCHEMES = ['light', 'dark'];

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let passed = 0;
const failures = [];

/** Note whether something holds; `detail` is what was found. */
export function check(name, holds, detail = '') {
  if (holds) passed += 1;
  else failures.push(name);
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${name}${detail === '' ? '' : `: ${detail}`}`);
}

/** Say how many checks held, and exit with 1 if some did not. */
export function conclude() {
  console.log(`${passed} passed, ${failures.length} failed`);
  for (const name of failures) console.log(`  failed: ${name}`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** Do each part; one that throws has failed, and the others go on. */
export async function each(parts, browser) {
  for (const part of parts) {
    try {
      await part(browser);
    } catch (error) {
      check(part.name, false, error.message);
    }
  }
}

/** A browser with an empty profile of its own, which ends with `work`. */
export async function withBrowser(work) {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ARGUMENTS });
  try {
    await work(browser);
  } finally {
    await browser.close();
  }
}

/**
 * Open a file, and hand to `work` the page and what it asked for and complained of. Requests for
 * anything but file, data and blob are kept in `outside`, errors in `errors`.
 */
export async function withPage(browser, file, options, work) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const seen = { outside: [], errors: [] };
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) seen.outside.push(request.url());
  });
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  const { fragment = '' } = options;
  delete options.fragment;
  const begin = performance.now();
  await page.goto(pathToFileURL(file).href + fragment);
  seen.loadedMs = performance.now() - begin;
  try {
    return await work(page, seen);
  } finally {
    await context.close();
  }
}

/** Pixels by which the page is wider than its window. */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/** The visible canvases that have fewer than four colours: nothing was drawn on them. */
export function blankCanvases(page) {
  return page.evaluate(() => {
    const blank = (canvas) => {
      const { data } = canvas
        .getContext('2d')
        .getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Set();
      for (let at = 0; at < data.length; at += 4 * 53) {
        colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      }
      return colours.size < 4;
    };
    const visible = [...document.querySelectorAll('canvas')].filter((one) => one.clientWidth > 0);
    return visible.filter(blank).map((one) => one.getAttribute('aria-label') ?? one.id);
  });
}

/** The controls that are visible and lower or narrower than 24 pixels. */
export function smallTargets(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, select, input, summary, a[href]')]
      .filter((one) => one.checkVisibility() && !one.matches('.skip, p a'))
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([, box]) => box.height < 23.5 || box.width < 23.5)
      .map(([one, box]) => `${one.id || one.tagName} ${box.width}×${box.height}`),
  );
}

/** What axe finds against WCAG 2.2, levels A and AA, and its best practices. */
export async function violations(page) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return found.violations.map(
    ({ id, nodes }) => `${id} × ${nodes.length} at ${nodes[0].target.join(' ')}`,
  );
}

/** True if the page's policy stops it from asking the network for anything. */
export function policyHolds(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', () => resolve(true), { once: true });
        fetch('http://127.0.0.1:9/').catch(() => setTimeout(() => resolve(false), 200));
      }),
  );
}

/** The least of a few measurements: other programs can only make them longer. */
export async function leastOf(times, measure) {
  let least = Infinity;
  for (let at = 0; at < times; at += 1) least = Math.min(least, await measure());
  return least;
}
