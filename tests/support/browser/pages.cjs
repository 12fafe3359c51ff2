// SPDX-License-Identifier: GPL-3.0-or-later
// Usage: node pages.cjs SITE PICTURES: opens every page of a site as people would; see scripts/evidence/pages.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const [site, pictures] = process.argv.slice(2);
const index = /^https?:/.test(site) ? site : pathToFileURL(path.resolve(site, "index.html")).href;
const kinds = [["light", 1280, "light"], ["dark", 1280, "dark"], ["phone", 390, "light"]];
let said = [];

function listen(page) {
	page.on("console", message => said.push(message.text()));
	page.on("pageerror", error => said.push(error.stack ?? error.message));
	page.on("requestfailed", request => said.push(`failed: ${request.url()}`));
}

async function go(page, hash) {
	await page.goto("about:blank");
	await page.goto(index + hash);
	await page.waitForSelector("h1");
	await page.waitForTimeout(250);
}

async function checkAxe(page, name) {
	await page.evaluate(require("axe-core").source);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { preload: false }));

	return violations.map(one => `${name}: axe: ${one.impact}: ${one.id}: ${one.nodes.length}: ${one.nodes[0].html.slice(0, 160)}: ${one.nodes[0].failureSummary.slice(0, 300)}`);
}

// The address of the first link whose row holds a text.
const linkOf = (page, text) => page.locator("tr", { hasText: text }).first().locator("a").first().getAttribute("href");

async function findPages(page) {
	await go(page, "#/");
	const worse = await page.locator("tbody a").first().getAttribute("href");
	const names = await page.locator("tbody a").evaluateAll(all => all.map(one => one.getAttribute("href")));
	const why = await page.evaluate(async () => (await load("runs")).runs.find(run => run.explained)?.number);
	await go(page, "#/runs");
	const run = await page.locator("tbody a").first().getAttribute("href");

	return { overview: "#/", grid: "#/overview?view=grid", series: worse, several: `${names[0]}&${names[4].split("?")[1]}&${names[7].split("?")[1]}`, relative: `${names[1]}&values=relative`,
		changes: "#/changes", all: "#/changes?show=all", compare: "#/compare", runs: "#/runs", run, machines: "#/machines", gate: "#/gate", missing: "#/nowhere",
		...(why ? { why: `#/run?n=${why}` } : {}) };
}

async function use(page, names) {
	await go(page, "#/");
	const rows = await page.locator("tbody tr:not(.gap)").count();
	await page.getByLabel("Name").fill("no such name at all");
	assert.match(await page.getByRole("status").textContent(), /^0 of/);
	await page.getByLabel("Name").fill("");
	assert.equal(await page.locator("tbody tr:not(.gap)").count(), rows);
	await page.locator("thead button", { hasText: "Noise" }).click();
	await page.waitForTimeout(150);
	assert.match(page.url(), /sort=noise/);
	await go(page, names.series);
	const box = await page.locator(".u-over").boundingBox();
	await page.mouse.move(box.x + box.width * .6, box.y + box.height / 2);
	assert.ok(await page.locator(".tip").isVisible());
	await page.mouse.down();
	await page.mouse.up();
	assert.ok(await page.locator(".tip.held a").count() >= 1);
	await page.mouse.move(box.x + box.width * .3, box.y + box.height / 2);
	assert.ok(await page.locator(".tip.held").isVisible());
	await page.screenshot({ path: path.join(pictures, "held.png") });
	await page.locator(".chart").focus();
	await page.keyboard.press("Escape");
	assert.ok(!await page.locator(".tip").isVisible());
	await page.keyboard.press("ArrowLeft");
	assert.ok(await page.locator(".tip").isVisible());
	await page.mouse.move(box.x + box.width * .4, box.y + 40);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * .7, box.y + 60, { steps: 4 });
	await page.mouse.up();
	await page.waitForTimeout(150);
	assert.match(page.url(), /from=\d+&to=\d+/);
	assert.match(await page.locator(".range code").last().textContent(), /^benchgate bisect --good \w+ --bad \w+ -- .+$/);
	await page.screenshot({ path: path.join(pictures, "range.png"), fullPage: true });
	const there = page.url();
	await page.goto("about:blank");
	await page.goto(there);
	await page.waitForSelector(".range code");
	await page.locator(".range a").first().click();
	await page.waitForSelector(".whisker");
}

async function main() {
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
	const found = [];
	let names;

	fs.mkdirSync(pictures, { recursive: true });
	for (const [kind, width, colorScheme] of kinds) {
		const context = await browser.newContext({ viewport: { width, height: width > 600 ? 900 : 844 }, colorScheme });
		const page = await context.newPage();

		listen(page);
		page.setDefaultTimeout(20000);
		names = names ?? await findPages(page);
		for (const [name, hash] of Object.entries(names)) {
			const start = Date.now();

			await go(page, hash);
			if (kind === "light")
				console.log(`${name}: ${Date.now() - start - 250} ms, ready ${await page.evaluate(() => Math.round(performance.now()))}`);
			await page.screenshot({ path: path.join(pictures, `${name}-${kind}.png`), fullPage: name !== "runs" });
			if (!await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
				found.push(`${name} ${kind}: wider than the window`);
			found.push(...await checkAxe(page, `${name} ${kind}`));
		}
		if (kind === "light")
			await use(page, names);
		await context.close();
	}
	await browser.close();
	for (const one of [...found, ...new Set(said)])
		console.log(one);
	process.exitCode = found.length || said.length ? 1 : 0;
}

main();
