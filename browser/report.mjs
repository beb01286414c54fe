// The report page in a real browser. `node report.mjs PROGRAM DIRECTORY`, where DIRECTORY/run is a
// run.

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import {
  SCHEMES,
  WIDTHS,
  check,
  conclude,
  leastOf,
  policyHolds,
  sideways,
  smallTargets,
  violations,
  withBrowser,
  withPage,
} from './harness.mjs';

const [program, directory] = process.argv.slice(2);
const run = path.join(directory, 'run');
const file = path.resolve(run, 'report.html');
execFileSync(program, ['report', run], { stdio: ['ignore', 'ignore', 'inherit'] });

function theFile() {
  const text = fs.readFileSync(file, 'utf8');
  const { size } = fs.statSync(file);
  check('at most 3 MiB', size <= 3 << 20, `${size} bytes`);
  const namespace = /http:\/\/www\.w3\.org\/2000\/svg/g;
  check('no address of anything outside', !/\w+:\/\//.test(text.replace(namespace, '')));
}

/** What all heat tables show. */
const cells = (page) =>
  page.evaluate(() => [...document.querySelectorAll('.heat tbody')].map((body) => body.innerHTML));

async function everyWidthAndScheme(browser) {
  for (const colorScheme of SCHEMES) {
    for (const [width, height] of WIDTHS) {
      const name = `${colorScheme} ${width}`;
      const options = { viewport: { width, height }, colorScheme };
      await withPage(browser, file, options, async (page, seen) => {
        check(`${name}: no request to the outside`, seen.outside.length === 0, seen.outside.join());
        check(`${name}: no error`, seen.errors.length === 0, seen.errors.join());
        check(`${name}: no sideways scroll`, (await sideways(page)) <= 0);
        const small = await smallTargets(page);
        check(`${name}: targets of 24 pixels`, small.length === 0, small.slice(0, 3).join('; '));
        await page.screenshot({ path: path.join(directory, `report-${colorScheme}-${width}.png`) });
        await page.evaluate(() => {
          for (const one of document.querySelectorAll('details')) one.open = true;
        });
        check(`${name}: no sideways scroll with all open`, (await sideways(page)) <= 0);
        const found = await violations(page);
        check(`${name}: axe finds nothing`, found.length === 0, found.join('; '));
        const whole = path.join(directory, `report-${colorScheme}-${width}-whole.png`);
        if (width !== 320) await page.screenshot({ path: whole, fullPage: true });
      });
    }
  }
}

async function quickAndClosed(browser) {
  const loaded = await leastOf(3, () => withPage(browser, file, {}, (_, seen) => seen.loadedMs));
  check('opens in two seconds', loaded < 2000, `${Math.round(loaded)} ms`);
  await withPage(browser, file, {}, async (page) => {
    check('its policy stops requests', await policyHolds(page));
  });
}

async function withoutScripts(browser) {
  const plain = await withPage(browser, file, { javaScriptEnabled: false }, async (page) => {
    const shown = await page.locator('.heat td b').first().isVisible();
    check('without scripts: the table has its numbers', shown);
    const figures = await page.locator('figure svg').count();
    check('without scripts: the figures are there', figures >= 8, `${figures}`);
    await page.locator('summary').first().click();
    const first = page.locator('.strategy .cells').first();
    check('without scripts: a strategy opens', await first.isVisible());
    const download = page.locator('a[download="summary.csv"]');
    const link = (await download.count()) > 0 ? await download.getAttribute('href') : '';
    const csv = decodeURIComponent(link.replace(/^[^,]*,/, ''));
    const beside = fs.readFileSync(path.join(run, 'summary.csv'), 'utf8');
    check('without scripts: the CSV is that of the run', csv === beside, `${csv.length} bytes`);
    // A page without scripts can still be asked by the tool that drives it.
    return page.locator('.heat tbody').evaluateAll((all) => all.map((body) => body.innerHTML));
  });
  await withPage(browser, file, {}, async (page) => {
    const scripted = await cells(page);
    check('scripts paint what was there', JSON.stringify(scripted) === JSON.stringify(plain));
  });
}

/** The texts of ratios and the kinds of all cells of the first table, by row. */
const ratios = (page) =>
  page.evaluate(() =>
    [...document.querySelector('.heat').tBodies[0].rows].map((row) => ({
      name: row.cells[0].textContent,
      cells: [...row.cells].slice(1).map((cell) => ({
        kind: cell.className,
        ratio: parseFloat(cell.querySelector('span')?.textContent.replace(/,/g, '')),
      })),
    })),
  );

async function choices(browser) {
  let address = '';
  await withPage(browser, file, {}, async (page) => {
    const before = await cells(page);
    await page.getByLabel('Metric').first().selectOption('live_peak_bytes');
    await page.getByLabel('Compared with').first().selectOption('semaphore');
    const after = await cells(page);
    check('a metric and a reference change every table', before.every((one, at) => one !== after[at]));
    address = new URL(page.url()).hash;
    check('the address holds them', /metric=live_peak_bytes/.test(address), address);
    const rows = await ratios(page);
    const reference = rows.find(({ name }) => name === 'semaphore').cells;
    check('the reference is once itself', reference.every(({ ratio }) => ratio === 1));
    const all = rows.flatMap((row) => row.cells).filter(({ kind }) => kind !== 'absent');
    const meant = ({ kind, ratio }) =>
      (kind === 'even' && ratio > 0.8 && ratio < 1.25) || kind === (ratio >= 2 ? 'twice' : ratio >= 1 ? 'worse' : 'better');
    // Ratios are printed with two digits, and the shade is of the exact one.
    const wrong = all.filter((cell) => !meant(cell) && Math.abs(cell.ratio - 1) > 0.005);
    check('shades say what ratios mean', wrong.length === 0, JSON.stringify(wrong.slice(0, 2)));
    check('the heading names the metric', /memory/.test(await page.locator('.heat th').first().textContent()));
  });
  await withPage(browser, file, { fragment: address }, async (page) => {
    const chosen = await page.getByLabel('Metric').first().inputValue();
    const against = await page.getByLabel('Compared with').last().inputValue();
    check('the address shows the same view again', chosen === 'live_peak_bytes' && against === 'semaphore');
  });
  await withPage(browser, file, { fragment: '#metric=nonsense&against=%00&theme=x&at=nowhere' }, async (page, seen) => {
    const chosen = await page.getByLabel('Metric').first().inputValue();
    check('an address that means nothing does no harm', chosen === 'makespan_ns' && seen.errors.length === 0);
  });
}

async function sections(browser) {
  await withPage(browser, file, {}, async (page) => {
    const headings = await page.locator('main h2').allTextContents();
    const numbered = headings.every((text, at) => text.startsWith(`${at + 1}. `));
    check('twelve sections, numbered', headings.length === 12 && numbered, headings.join(', '));
    const links = page.locator('nav a');
    check('the list has them all', (await links.allTextContents()).join() === headings.join());
    await links.nth(9).click();
    const focused = await page.evaluate(() => document.activeElement.textContent);
    check('a link leads to its section', focused === headings[9], focused);
    const markdown = fs.readFileSync(path.join(run, 'report.md'), 'utf8');
    const said = [...markdown.matchAll(/^## (.*)$/gm)].map(([, text]) => text);
    check('Markdown has the same', said.join() === headings.join(), said.join());
  });
}

/** On a phone the list of sections is one line that is pushed sideways, by keys too. */
async function narrowList(browser) {
  const phone = { viewport: { width: 390, height: 844 } };
  for (const javaScriptEnabled of [true, false]) {
    await withPage(browser, file, { ...phone, javaScriptEnabled }, async (page) => {
      const how = javaScriptEnabled ? '' : ' without scripts';
      const box = await page.locator('nav').boundingBox();
      check(`the list of sections is one line${how}`, box.height <= 60, `${box.height} px`);
      const last = page.locator('nav a').last();
      await last.focus();
      const at = await last.boundingBox();
      const inside = at.x >= 0 && at.x + at.width <= 390;
      check(`its last link comes into view${how}`, inside, JSON.stringify(at));
    });
  }
}

/** On the first screen: why a barrier loses, what no limit costs, what order costs. */
async function firstScreen(browser) {
  await withPage(browser, file, {}, async (page) => {
    for (const begin of ['A barrier ', 'Without a limit ', 'Order ']) {
      const point = page.locator('main li', { hasText: begin }).first();
      const text = (await point.count()) > 0 ? await point.textContent() : '';
      const box = text === '' ? null : await point.boundingBox();
      const seen = box !== null && box.y + box.height <= 800 && /\d/.test(text);
      check(`first screen: “${begin}…”`, seen, text);
    }
  });
}

async function oneWorkload(browser) {
  await withPage(browser, file, {}, async (page) => {
    const parts = page.locator('[data-workload]');
    const all = await parts.evaluateAll((all) => all.map((one) => one.dataset.workload));
    const names = [...new Set(all)];
    check('the run has several workloads', names.length > 1, names.join());
    await page.getByLabel('Show').selectOption(names[1]);
    const visible = await parts.evaluateAll((all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.dataset.workload),
    );
    const alone = visible.length > 1 && visible.every((name) => name === names[1]);
    check('one workload alone can be shown', alone, visible.join());
    const hidden = page.locator(`[data-workload="${names[0]}"] h3`).first();
    const id = await hidden.getAttribute('id');
    await page.evaluate((place) => {
      window.location.hash = place;
    }, id);
    await hidden.waitFor({ state: 'visible', timeout: 2000 }).catch(() => {});
    check('a link to a hidden one shows it', await hidden.isVisible());
  });
}

async function colours(browser) {
  await withPage(browser, file, { colorScheme: 'light' }, async (page) => {
    const ink = () =>
      page.evaluate(() => [
        getComputedStyle(document.body).color,
        getComputedStyle(document.querySelector('figure svg text')).fill,
      ].join());
    const button = page.getByRole('button', { name: /^Colours/ });
    const system = await ink();
    await button.click();
    check('light is what the system has', (await ink()) === system);
    await button.click();
    const dark = await ink();
    const changed = dark.split('rgb').every((part, at) => at === 0 || part !== system.split('rgb')[at]);
    check('dark changes the page and its figures', changed, dark);
    await button.click();
    check('and back', (await ink()) === system && !/theme/.test(page.url()));
  });
}

async function keys(browser) {
  await withPage(browser, file, {}, async (page) => {
    await page.keyboard.press('Tab');
    const skip = await page.evaluate(() => document.activeElement.className);
    check('the first key leads past the top', skip === 'skip');
    await page.keyboard.press('Enter');
    const main = await page.evaluate(() => document.activeElement.id);
    check('and there it goes', main === 'main', main);
    await page.locator('.heat th a', { hasText: 'batching' }).first().focus();
    await page.keyboard.press('Enter');
    const strategy = page.locator('#strategy-batching');
    const open = await strategy.evaluate((one) => one.open && one.contains(document.activeElement));
    check('a name leads to its strategy, opened', open);
    const code = await strategy.locator('.source pre').textContent();
    check('with its source', code.includes('Batching'));
    await page.keyboard.press('Enter');
    check('a key closes it', !(await strategy.evaluate((one) => one.open)));
    const wide = await page.locator('.scroll').evaluateAll((all) => all.every((one) => one.tabIndex === 0));
    check('what scrolls can be reached by keys', wide);
  });
}

/** A run whose arguments are not what they should be; all other fields are tested in Rust. */
async function hostileNames(browser) {
  const place = path.resolve(directory, 'hostile-report');
  const evil = '</script><script>window.evil = 1</script><img src=x onerror="window.evil = 1">=cmd()';
  const select = ['-w', '^fixed$', '-s', `^batching$|${evil}`, '-x', '^virtual$'];
  const size = ['--jobs', '40', '--rounds', '1', '-p', 'limit=4'];
  const quiet = { stdio: ['ignore', 'ignore', 'ignore'] };
  execFileSync(program, ['run', ...select, ...size, '--out', place, '--replace'], quiet);
  await withPage(browser, path.join(place, 'report.html'), {}, async (page, seen) => {
    await page.waitForTimeout(100);
    check('hostile: nothing of an argument runs', (await page.evaluate(() => window.evil)) === undefined);
    check('hostile: no error', seen.errors.length === 0, seen.errors.join());
    const command = await page.locator('pre').first().textContent();
    check('hostile: it stands there as text', command.includes('<script>window.evil'), command);
    check('hostile: the tables are there', (await page.locator('.heat td b').count()) > 0);
  });
}

theFile();
await withBrowser(async (browser) => {
  await everyWidthAndScheme(browser);
  await quickAndClosed(browser);
  await withoutScripts(browser);
  await choices(browser);
  await sections(browser);
  await narrowList(browser);
  await firstScreen(browser);
  await oneWorkload(browser);
  await colours(browser);
  await keys(browser);
  await hostileNames(browser);
});
conclude();
