// SPDX-License-Identifier: GPL-3.0-or-later
// Usage: node live.cjs PROGRAM HISTORY TOKEN RUN PICTURES: uses the pages of a server as people would, who sign in, write,
// watch a run, lose the server and zoom by finger; see scripts/evidence/live.
"use strict";

const assert = require("node:assert/strict");
const { spawn, execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");

const [program, history, token, result, pictures] = process.argv.slice(2);
const found = [];
let said = [];
let server, url;

// Where it listened before, once it did.
async function start() {
	server = spawn(program, ["serve", "--config", "none", "--db", history, "--listen", url ? new URL(url).host : "127.0.0.1:0"], { stdio: ["ignore", "pipe", "ignore"] });
	const line = String(await new Promise(resolve => { server.stdout.once("data", resolve); }));

	url = `${line.match(/http:\S+/)[0]}/`;
}

async function stop(signal) {
	const ended = new Promise(resolve => { server.once("exit", resolve); });

	server.kill(signal);
	await ended;
}

async function post(where, body) {
	const answer = await fetch(url + where, { method: "POST", headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(body) });

	assert.ok(answer.ok, `${where}: ${answer.status}`);
}

// The same run, at another time.
const anotherRun = (id, time) => {
	const run = JSON.parse(fs.readFileSync(result, "utf8"));

	Object.assign(run.benchmark_run, { id, timestamp: time });
	return run;
};

async function look(page, name) {
	await page.evaluate(require("axe-core").source);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { preload: false }));

	found.push(...violations.map(one => `${name}: axe: ${one.impact}: ${one.id}: ${one.nodes[0].html.slice(0, 160)}`));
	if (!await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
		found.push(`${name}: wider than the window`);
	await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true });
}

async function go(page, hash) {
	await page.goto("about:blank");
	await page.goto(url + hash);
	await page.waitForSelector("h1");
	await page.waitForTimeout(300);
}

const leadIsNot = (page, before) => page.waitForFunction(text => document.querySelector(".lead")?.textContent !== text, before);

const steps = {
	async "a wrong token is refused, a good one is taken"(page) {
		await go(page, "#/");
		await page.getByRole("button", { name: "Sign in" }).click();
		await page.getByLabel("Token").fill("bgt_wrong");
		await page.keyboard.press("Enter");
		await page.locator("dialog .warn:visible").waitFor();
		said = [];
		await page.getByLabel("Token").fill(token);
		await page.keyboard.press("Enter");
		await page.getByRole("button", { name: /\(admin\)/ }).waitFor();
	},
	async "a view is kept"(page) {
		await go(page, "#/overview?view=grid");
		await page.getByRole("button", { name: "Keep this view" }).click();
		await page.getByLabel("Name", { exact: true }).last().fill("All at once");
		await page.getByRole("button", { name: "Save" }).click();
		await page.getByRole("link", { name: "All at once" }).waitFor();
	},
	async "a note is text, never markup"(page, series) {
		await go(page, series);
		await page.getByRole("button", { name: "Write a note" }).click();
		await page.getByRole("textbox", { name: "Note" }).fill("It was <b>the allocator</b>");
		await page.getByRole("button", { name: "Save" }).click();
		await page.getByText("It was <b>the allocator</b>").first().waitFor();
		await look(page, "live-note");
	},
	async "somebody says what becomes of a change"(page) {
		await go(page, "#/changes");
		await page.locator(".state-button").first().click();
		await look(page, "live-state");
		await page.getByRole("radio", { name: "acknowledged" }).check();
		await page.getByLabel("Comment").fill("looking");
		await page.getByRole("button", { name: "Save" }).click();
		await page.locator(".comment", { hasText: "looking" }).waitFor();
	},
	async "a result file is saved"(page) {
		await go(page, "#/runs");
		await page.locator("tbody a").first().click();
		const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save the result file" }).click()]);

		assert.equal(JSON.parse(fs.readFileSync(await download.path(), "utf8")).format, "benchgate-run");
	},
	async "a new run is shown at once, where the reader is"(page) {
		await go(page, "#/overview?sort=noise");
		await page.mouse.wheel(0, 300);
		await page.waitForTimeout(200);
		const before = await page.locator(".lead").textContent(), top = await page.evaluate(() => scrollY);

		await post("api/v1/runs", anotherRun("00000000000000a1", "2036-01-01T00:00:00Z"));
		await leadIsNot(page, before);
		assert.equal(await page.evaluate(() => scrollY), top);
		assert.match(page.url(), /sort=noise/);
	},
	async "who comes late sees a run from its start"(page) {
		const tell = said => post("api/v1/live/00000000000000b1", said);

		await tell({ event: "begin", commit: "c0ffee", branch: "main", all: 2, benchmarks: ["parse", "sort"] });
		await tell({ event: "progress", name: "parse", done: 1, all: 20, elapsed_s: 3, left_s: 60, measured: { parse: 1 } });
		await page.locator("#live progress").waitFor();
		await go(page, "#/live");
		await page.getByText("1 of 20 processes").waitFor();
		await page.setViewportSize({ width: 390, height: 844 });
		await look(page, "live-run-phone");
		await page.setViewportSize({ width: 1280, height: 900 });
		await tell({ event: "end", word: "PASS" });
		await page.getByText("It is over: PASS").waitFor();
	},
	async "a server that is killed is missed, and nothing that came meanwhile"(page) {
		const file = path.join(pictures, "run.json");

		await go(page, "#/");
		const before = await page.locator(".lead").textContent();

		await stop("SIGKILL");
		await page.getByText("The server does not answer").waitFor();
		fs.writeFileSync(file, JSON.stringify(anotherRun("00000000000000a2", "2036-01-02T00:00:00Z")));
		execFileSync(program, ["history", "import", file, "--db", history]);
		await start();
		await leadIsNot(page, before);
		// What Chromium itself says of a server that is gone
		said = said.filter(text => !/ERR_CONNECTION|Failed to load/.test(text));
	},
	async "dark and on a phone"(page, series) {
		for (const [kind, width, colorScheme] of [["dark", 1280, "dark"], ["phone", 390, "light"]]) {
			await page.emulateMedia({ colorScheme });
			await page.setViewportSize({ width, height: 844 });
			for (const [name, hash] of [["overview", "#/"], ["series", series], ["changes", "#/changes"], ["compare", "#/compare"], ["machines", "#/machines"]]) {
				await go(page, hash);
				await look(page, `served-${name}-${kind}`);
			}
		}
	},
};

// Two fingers zoom, one moves, a tap holds a point, and up and down the page scrolls.
async function touch(browser, series) {
	const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
	const page = await context.newPage();

	await go(page, series);
	const input = await context.newCDPSession(page), box = await page.locator(".u-over").boundingBox(), y = box.y + box.height / 2;
	const send = (type, ...places) => input.send("Input.dispatchTouchEvent", { type, touchPoints: places.map((x, id) => ({ x: box.x + x * box.width, y, id })) });

	await send("touchStart", .45);
	await send("touchStart", .45, .55);
	for (let i = 1; i <= 10; i++)
		await send("touchMove", .45 - .03 * i, .55 + .03 * i);
	await send("touchEnd");
	await page.waitForTimeout(500);
	const zoomed = page.url();

	assert.match(zoomed, /from=\d+&to=\d+/);
	await send("touchStart", .8);
	for (let i = 1; i <= 10; i++)
		await send("touchMove", .8 - .04 * i);
	await send("touchEnd");
	await page.waitForTimeout(500);
	assert.notEqual(page.url(), zoomed);
	await page.touchscreen.tap(box.x + box.width / 2, y);
	await page.locator(".tip.held").waitFor();
	await context.close();
}

async function main() {
	fs.mkdirSync(pictures, { recursive: true });
	await start();
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
	const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });

	page.setDefaultTimeout(40000);
	page.on("console", message => said.push(message.text()));
	page.on("pageerror", error => said.push(error.stack ?? error.message));
	await go(page, "#/");
	const series = await page.locator("tbody a").first().getAttribute("href");

	for (const [name, step] of Object.entries(steps)) {
		await step(page, series);
		console.log(`holds: ${name}`);
	}
	await touch(browser, series);
	console.log("holds: fingers zoom, move and hold");
	await browser.close();
	await stop("SIGTERM");
	for (const one of [...found, ...new Set(said)])
		console.log(one);
	process.exitCode = found.length || said.length ? 1 : 0;
}

main().catch(error => {
	console.log(error);
	server?.kill();
	process.exit(1);
});
