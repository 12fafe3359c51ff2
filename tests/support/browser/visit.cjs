// SPDX-License-Identifier: GPL-3.0-or-later
// Usage: node visit.cjs STEP FILE...: opens html reports in Chromium as people would, does one of the steps below with each,
// and fails where something is not as it should be. NODE_PATH has playwright-core and axe-core; BROWSER is what
// `node visit.cjs --listen` said, which starts the program CHROMIUM; pictures go to PICTURES, into a folder a report.
"use strict";

const assert = require("node:assert/strict");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const [step, ...files] = process.argv.slice(2);
const sizes = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

const names = page => page.$$eval("#comparisons tbody:not([hidden]) th.name", cells => cells.map(cell => cell.textContent));
const keys = (page, column) => page.$$eval("#comparisons tbody > tr:first-child", (rows, column) =>
	rows.map(row => Number(row.cells[column].dataset.key)), column);
const columnOf = (page, heading) => page.$$eval("#comparisons thead th", (cells, heading) =>
	cells.findIndex(cell => cell.textContent === heading), heading);
const sortedBy = (page, heading) => page.locator("#comparisons thead th", { hasText: heading }).getAttribute("aria-sort");

// Opens by keyboard the row that a name belongs to.
async function openRow(page, name) {
	const button = page.locator("#comparisons th.name button", { hasText: name }).first();

	await button.focus();
	await page.keyboard.press("Enter");
	assert.equal(await button.getAttribute("aria-expanded"), "true");
	return page.locator("#" + await button.getAttribute("aria-controls"));
}

// Something was drawn there: not all of it is of one color.
const isDrawn = canvas => canvas.evaluate(element => {
	const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
	return new Set(new Uint32Array(data.buffer)).size > 8;
});

// The rules of axe that a colour scheme can break.
const colors = { runOnly: ["color-contrast", "link-in-text-block"] };

async function checkAxe(page, options = {}) {
	const { source } = require("axe-core");

	// The page's policy lets no script in but its own; what the driver evaluates is not under it.
	await page.evaluate(source);
	const { violations } = await page.evaluate(given => globalThis.axe.run(document, given), { preload: false, ...options });
	const bad = violations.filter(one => ["serious", "critical"].includes(one.impact));

	for (const one of violations)
		console.log(`axe: ${one.impact}: ${one.id}: ${one.nodes.length}: ${one.nodes[0].html.slice(0, 200)}: ` +
			`${one.nodes[0].failureSummary}`);
	assert.equal(bad.length, 0);
}

const steps = {
	// Nothing but the file is read, and nothing is complained of (see below); how long it takes is told.
	async loads(page) {
		const times = await page.evaluate(() => performance.getEntriesByType("navigation")[0].toJSON());

		console.log(`ready after ${Math.round(times.domContentLoadedEventEnd)} ms`);
		assert.match(await page.locator("h1").textContent(), /^Performance: [A-Z]/);
		assert.equal(await page.locator("h1").count(), 1);
		assert.equal(await page.locator("canvas").count(), 0);
	},

	async sorts(page) {
		const column = await columnOf(page, "change");

		assert.equal(await sortedBy(page, "verdict"), "descending");
		await page.locator("#comparisons thead button", { hasText: "change" }).click();
		assert.equal(await sortedBy(page, "change"), "descending");
		assert.equal(await sortedBy(page, "verdict"), "none");
		const down = (await keys(page, column)).filter(Number.isFinite);
		assert.deepEqual(down, [...down].sort((a, b) => b - a));
		await page.keyboard.press("Enter");
		assert.equal(await sortedBy(page, "change"), "ascending");
		assert.deepEqual((await keys(page, column)).filter(Number.isFinite), [...down].sort((a, b) => a - b));
		await page.locator("#comparisons thead button", { hasText: "benchmark" }).click();
		const order = await names(page);
		assert.deepEqual(order, [...order].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
	},

	async filters(page) {
		const every = await names(page);
		const part = every.at(-1).slice(-3);
		const few = every.filter(name => name.toLowerCase().includes(part.toLowerCase()));

		await page.getByLabel("Name").fill(part);
		assert.deepEqual(await names(page), few);
		assert.equal(await page.getByRole("status").textContent(), `${few.length} of ${every.length} shown`);
		await page.getByLabel("Name").fill("no such name");
		assert.equal(await page.getByRole("status").textContent(), `0 of ${every.length} shown`);
		await page.getByLabel("Name").fill("");
		await page.getByRole("radio").first().focus();
		await page.keyboard.press("ArrowRight");
		const word = await page.locator("input[name=word]:checked").getAttribute("value");
		const words = await page.$$eval("#comparisons tbody:not([hidden])", all => all.map(body => body.dataset.word));
		assert.ok(words.length > 0 && words.every(one => one === word));
	},

	// A flame graph by keyboard alone: what is chosen is told, Enter zooms, Escape shows all again, / searches.
	async searches_flames(page) {
		const told = () => page.locator(".told").textContent();
		await page.locator(".graph [tabindex='0']").waitFor();
		const start = await told();

		assert.match(start, /^parse: .* instructions an iteration, \+/);
		await page.keyboard.press("/");
		await page.keyboard.type("PARSE_n");
		assert.match(await told(), /^1 found: /);
		assert.equal(await page.locator(".graph .found").textContent(), "parse_number");
		await page.keyboard.press("Escape");
		assert.equal(await told(), start);
		await page.locator(".graph [tabindex='0']").focus();
		for (const name of ["BG_BENCH(parse)", "parse_all", "parse_number"]) {
			await page.keyboard.press("ArrowDown");
			assert.ok((await told()).startsWith(`${name} (profile.c): `));
		}
		assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
		await page.keyboard.press("Enter");
		assert.equal(await page.locator(".graph .path").count(), 3);
		assert.equal(await page.locator(":focus").textContent(), "parse_number");
		await page.keyboard.press("Escape");
		assert.equal(await page.locator(".graph .path").count(), 0);
		await checkAxe(page);
	},

	// Every plot says its numbers, is drawn, and goes when its row is folded.
	async opens(page) {
		const all = await names(page);
		const row = await openRow(page, all[0]);
		const plots = row.getByRole("img");

		assert.ok(await plots.count() >= 1);
		for (const plot of await plots.all()) {
			assert.ok((await plot.getAttribute("aria-label")).includes(all[0].trim()));
			assert.match(await plot.getAttribute("aria-label"), /\d/);
			assert.ok(await isDrawn(plot));
			console.log(await plot.getAttribute("aria-label"));
		}
		await page.keyboard.press("Enter");
		assert.equal(await page.locator("canvas").count(), 0);
		assert.ok(!await row.isVisible());
	},

	// A link of the summary unfolds its row.
	async links(page) {
		const link = page.locator(".needs a").first();
		const id = await link.getAttribute("href");

		await link.click();
		await page.locator(`${id} canvas`).first().waitFor();
		assert.ok(await page.locator(`${id} .more`).isVisible());
	},

	async passes_axe(page) {
		await openRow(page, (await names(page))[0]);
		await page.locator("summary").click();
		await checkAxe(page);
		await page.emulateMedia({ colorScheme: "dark" });
		await checkAxe(page, colors);
		await page.setViewportSize(sizes.phone);
		await checkAxe(page);
	},

	// No window is too narrow, with a row that is unfolded or without.
	async fits(page) {
		const url = page.url();

		for (const viewport of Object.values(sizes)) {
			await page.setViewportSize(viewport);
			await page.goto(url);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
			await openRow(page, (await names(page))[0]);
			assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
		}
	},

	async tells_duets(page) {
		for (const button of await page.locator("#comparisons th.name button[aria-expanded]").all())
			await button.press("Enter");
		assert.ok(await page.locator("canvas[aria-label^='Changes of']").count() >= 1);
	},

	async prints(page, folder) {
		await openRow(page, (await names(page))[0]);
		const pdf = await page.pdf({ path: `${folder}/report.pdf`, format: "A4" });
		assert.ok(pdf.length > 10000);
		assert.equal(await page.evaluate(() => document.documentElement.className), "");
		assert.ok(await isDrawn(page.getByRole("img").first()));
	},

	async shoots(page, folder) {
		const url = page.url();

		for (const [size, viewport] of Object.entries(sizes))
			for (const colorScheme of ["light", "dark"]) {
				await page.setViewportSize(viewport);
				await page.emulateMedia({ colorScheme });
				await page.goto(url);
				await page.screenshot({ path: `${folder}/${size}-${colorScheme}.png` });
				await page.evaluate(() => document.querySelector(".filters").scrollIntoView());
				await page.screenshot({ path: `${folder}/${size}-${colorScheme}-table.png` });
				const row = await openRow(page, (await names(page))[0]);
				await page.evaluate(id => document.getElementById(id).parentElement.scrollIntoView(), await row.getAttribute("id"));
				await page.mouse.move(0, 0);
				await page.screenshot({ path: `${folder}/${size}-${colorScheme}-open.png` });
			}
	},

	// With scripts off it says all but the plots.
	async stands_alone(page, folder) {
		await page.locator("#comparisons").scrollIntoViewIfNeeded();
		await page.screenshot({ path: `${folder}/without-script.png` });
		assert.ok(await page.locator("#comparisons .more").first().isVisible());
		assert.ok(!await page.locator(".filters").isVisible());
	},
};

// A page of a site has a hash, and may read what is beside it.
async function visit(browser, said) {
	const [file, hash] = said.split("#");
	const url = pathToFileURL(file).href, allowed = hash ? path.posix.dirname(url) + "/" : url;
	const complaints = [];
	const page = await browser.newPage({ viewport: sizes.desk, colorScheme: "light", javaScriptEnabled: step !== "stands_alone" });

	page.on("console", message => complaints.push(`console: ${message.text()}`));
	page.on("pageerror", error => complaints.push(`error: ${error.stack}`));
	page.on("request", request => (hash ? request.url().startsWith(allowed) : request.url().split("#")[0] === allowed) || request.url().startsWith("data:") ||
		complaints.push(`request: ${request.url()}`));
	page.setDefaultTimeout(10000);
	await page.goto(hash ? `${url}#${hash}` : url);
	await steps[step](page, path.join(process.env.PICTURES, path.basename(file, ".html")));
	await page.close();
	assert.deepEqual(complaints, []);
}

// One browser for many steps
async function listen() {
	const server = await chromium.launchServer({ executablePath: process.env.CHROMIUM,
		args: ["--disable-gpu", "--disable-dev-shm-usage", ...(process.getuid() === 0 ? ["--no-sandbox"] : [])] });

	console.log(server.wsEndpoint());
}

async function main() {
	const browser = await chromium.connect(process.env.BROWSER);

	try {
		for (const file of files) {
			console.log(file);
			await visit(browser, file);
		}
	} finally {
		await browser.close();
	}
}

(step === "--listen" ? listen() : main()).catch(error => {
	console.log(error.stack);
	process.exitCode = 1;
});
