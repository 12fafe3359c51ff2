// SPDX-License-Identifier: GPL-3.0-or-later
// What a server tells while the pages are open: runs that are being measured, benchmark by benchmark; and that the history
// has something new, which the page then shows at once. A stream that breaks goes on where it was.
"use strict";

const liveRuns = new Map();
let stream;
let isConnected = true;

// --- what is told ---

function liveRunOf(id) {
	if (!liveRuns.has(id))
		liveRuns.set(id, { id, begin: {}, said: {}, measured: new Map(), over: null, since: Date.now() });
	return liveRuns.get(id);
}

// Counts only grow: what comes twice, or late, changes nothing.
function takeMeasured(run, measured = {}) {
	for (const [name, nr] of Object.entries(measured))
		run.measured.set(name, Math.max(nr, run.measured.get(name) ?? 0));
}

function takeSaid(run, said) {
	if (said.event === "begin")
		run.begin = said;
	else if (said.event === "end")
		run.over = said.word ?? said.status ?? "over";
	else if ((said.done ?? 0) >= (run.said.done ?? 0))
		run.said = said;
	takeMeasured(run, said.measured);
}

function takeLive({ run: id, said }) {
	takeSaid(liveRunOf(id), said);
	showLive();
}

// Of a run that began before what the stream still has.
async function loadLive() {
	for (const one of (await (await ask("live")).json()).live) {
		const run = liveRunOf(one.run);

		takeSaid(run, one.begin ?? {});
		takeSaid(run, one.said);
		takeMeasured(run, one.measured);
	}
	showLive();
}

let reloading;

// Several reasons at once are one to load; never under a form that somebody fills in.
function loadAgain() {
	clearTimeout(reloading);
	reloading = setTimeout(() => {
		if (document.querySelector("dialog[open]")) {
			loadAgain();
			return;
		}
		documents.clear();
		runIndex = undefined;
		show(true);
	}, 500);
}

function takeEvent(type, data) {
	if (type === "live")
		takeLive(JSON.parse(data));
	else if (type === "reload")
		loadLive().catch(() => {});
	if (["run", "alert", "note", "reload"].includes(type))
		loadAgain();
}

// --- the stream ---

// An EventSource could not send a token.
async function readStream(signal, state) {
	const answer = await ask("events", { signal, cache: "no-store", headers: { Accept: "text/event-stream", ...(state.last ? { "Last-Event-ID": state.last } : {}) } });
	const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
	let rest = "";

	setConnected(true);
	if (!state.last)
		await loadLive();
	for (;;) {
		const { value, done } = await reader.read();

		if (done)
			return;
		state.wait = 1;
		const blocks = (rest + value).split("\n\n");
		rest = blocks.pop();
		for (const block of blocks) {
			const fields = Object.fromEntries(block.split("\n").map(line => line.split(/: ?(.*)/s)));

			if (fields.data !== undefined)
				takeEvent(fields.event ?? "message", fields.data);
			state.last = fields.id ?? state.last;
		}
	}
}

async function listen() {
	const abort = new AbortController(), state = { last: null, wait: 1 };

	stream = abort;
	while (!abort.signal.aborted) {
		try {
			await readStream(abort.signal, state);
		} catch (error) {
			if (error.status === 401 || error.status === 403 || abort.signal.aborted)
				return;
		}
		setConnected(false);
		await new Promise(resolve => { setTimeout(resolve, 1000 * state.wait); });
		state.wait = Math.min(30, 2 * state.wait);
	}
}

// With another token.
function listenAgain() {
	stream?.abort();
	liveRuns.clear();
	listen();
}

function setConnected(is) {
	if (is === isConnected)
		return;
	isConnected = is;
	showLive();
}

// --- what is shown ---

const measuredNow = () => [...liveRuns.values()].filter(run => !run.over);
const liveTitle = run => [run.begin.branch, run.begin.commit && short(run.begin.commit)].filter(Boolean).join(", ") || (run.begin.machine ? `machine ${run.begin.machine}` : "a run");

function timeLeft(seconds) {
	if (!Number.isFinite(seconds))
		return "";
	return seconds < 60 ? `about ${Math.max(1, Math.round(seconds))} s left` : seconds < 5400 ? `about ${Math.round(seconds / 60)} min left` : `about ${Math.round(seconds / 3600)} h left`;
}

const liveBar = run => run.said.all > 0 && el("progress", { max: run.said.all, value: Math.min(run.said.done, run.said.all), "aria-label": `Progress of ${liveTitle(run)}` });

// A line above every page but the one that tells all.
function showStrip() {
	const strip = document.getElementById("live"), running = measuredNow();

	strip.replaceChildren(...(isConnected ? [] : [el("p", { class: "warn" }, "The server does not answer. Trying again.")]),
		...(address().page === "live" ? [] : running.map(run => el("p", {}, el("a", { href: "#/live" }, "Being measured"), ` ${liveTitle(run)} `, liveBar(run), el("span", { class: "dim" }, ` ${timeLeft(run.said.left_s)}`)))));
	strip.hidden = !strip.childElementCount;
}

let fillLive;

// Several events in a frame are one reason to draw.
let drawing;

function showLive() {
	drawing ??= requestAnimationFrame(() => {
		drawing = undefined;
		showStrip();
		fillLive?.();
	});
}

const stateOfBenchmark = (run, name) => run.over ? "" : run.said.name === name ? "being measured" : run.measured.get(name) ? "" : "waits";

function benchmarkRows(run) {
	const names = [...new Set([...(run.begin.benchmarks ?? []), ...run.measured.keys()])];
	const most = Math.max(1, (run.said.all ?? 0) / names.length, ...run.measured.values());

	return names.map(name => el("tr", { class: !run.over && run.said.name === name ? "now" : null }, el("th", { scope: "row" }, name),
		el("td", { class: "number" }, String(run.measured.get(name) ?? 0)),
		el("td", { class: "bar" }, el("progress", { max: most, value: run.measured.get(name) ?? 0, "aria-label": `Processes of ${name}` })),
		el("td", { class: "dim" }, stateOfBenchmark(run, name))));
}

function liveSection(run) {
	const { done, all, elapsed_s: elapsed, left_s: left } = run.said;
	const more = run.begin.all - (run.begin.benchmarks ?? []).length;

	return el("section", { class: "live-run" }, el("h2", {}, liveTitle(run)),
		el("p", { class: "dim" }, [run.begin.machine && run.begin.commit && `machine ${run.begin.machine}`, run.begin.time && `since ${moment(run.begin.time)} UTC`, Number.isFinite(elapsed) && `${plain(elapsed, "s")} so far`].filter(Boolean).join(", ")),
		el("p", {}, run.over ? `It is over: ${run.over}.` : [liveBar(run), ` ${done ?? 0} of ${all ?? "?"} processes`, left > 0 && `, ${timeLeft(left)}`]),
		el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Benchmarks of ${liveTitle(run)}` }, el("table", { class: "measured" }, el("thead", {}, el("tr", {}, ["Benchmark", "Processes", "Progress", "State"].map((title, at) => el("th", { scope: "col", class: at === 1 ? "number" : null }, title)))), el("tbody", {}, benchmarkRows(run)))),
		more > 0 && el("p", { class: "dim" }, `And ${more} more.`));
}

pages.live = async () => {
	const box = el("div", {});

	fillLive = () => {
		const all = [...liveRuns.values()].sort((a, b) => Boolean(a.over) - Boolean(b.over) || b.since - a.since);

		box.replaceChildren(...(all.length ? all.map(liveSection) : [el("p", {}, "Nothing is being measured now."), copyable(`benchgate run --live ${location.origin}${location.pathname.replace(/\/$/, "")}`)]));
	};
	whenLeft(() => { fillLive = undefined; });
	fillLive();
	return [el("h1", {}, "Live"), el("p", { class: "lead" }, "Runs while they are being measured, from their start."), box];
};

if (isLive) {
	document.getElementById("content").before(el("aside", { id: "live", "aria-label": "What is being measured", hidden: true }));
	document.getElementById("content").addEventListener("shown", showStrip);
	listen();
}
