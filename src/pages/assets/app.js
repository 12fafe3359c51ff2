// SPDX-License-Identifier: GPL-3.0-or-later
// The frame of the pages: documents, addresses, elements, numbers. A page is a function in `pages`, by the first word of
// the address; all its state is in the address. Texts of a history are foreign: they are only ever text, never HTML.
"use strict";

const isLive = document.documentElement.dataset.source === "live";
const pages = {};

// --- documents ---

const documents = new Map();
const takers = new Map();

// The scripts in data/ call this.
globalThis.benchgateTake = (name, value) => takers.get(name)?.(value);

function loadScript(name) {
	return new Promise((resolve, reject) => {
		const script = document.createElement("script");

		takers.set(name, resolve);
		script.src = `data/${name}.js`;
		script.onerror = () => reject(new Error(`data/${name}.js cannot be read`));
		script.onload = () => script.remove();
		document.head.append(script);
	});
}

// A token is kept until the tab is closed, and goes nowhere but into the header of a request.
const token = {
	kept: null,
	get() {
		try {
			return sessionStorage.getItem("benchgate-token");
		} catch {
			return this.kept;
		}
	},
	set(value) {
		this.kept = value;
		try {
			if (value)
				sessionStorage.setItem("benchgate-token", value);
			else
				sessionStorage.removeItem("benchgate-token");
		} catch {
			// Where nothing may be stored it is kept in memory.
		}
	},
};

async function refusal(answer) {
	const said = await answer.json().catch(() => null);

	return Object.assign(new Error(said?.error ? `The server says: ${said.error}.` : `The server answers ${answer.status}.`), { status: answer.status });
}

// An answer of the server; an error says in words what is wrong.
async function ask(path, { by = token.get(), headers, body, ...given } = {}) {
	let answer;

	try {
		answer = await fetch(`api/v1/${path}`, { ...given, body: body && JSON.stringify(body), headers: { Accept: "application/json",
			...(by ? { Authorization: `Bearer ${by}` } : {}), ...(body ? { "Content-Type": "application/json" } : {}), ...headers } });
	} catch (error) {
		throw error.name === "AbortError" ? error : new Error("The server does not answer.");
	}
	if (answer.ok)
		return answer;
	// A token that is not valid any more: each further try would make its owner wait.
	if (answer.status === 401 && by && by === token.get())
		token.set(null);
	throw await refusal(answer);
}

// A long series comes thinned, as a site has it.
const fetchDocument = async name => (await ask(name.startsWith("series/") ? `${name}?points=${chunkPoints}` : name)).json();

// A promise of the document; it is asked for once.
function load(name) {
	if (!documents.has(name)) {
		const wanted = isLive ? fetchDocument(name) : loadScript(name);

		documents.set(name, wanted);
		wanted.catch(() => documents.delete(name));
	}
	return documents.get(name);
}

let runIndex;

// Runs by their numbers, with the author and subject of their commits.
async function loadRuns() {
	if (!runIndex) {
		const [{ runs }, { commits }] = await Promise.all([load("runs"), load("commits")]);
		const byNumber = new Map();

		runs.forEach((run, at) => {
			const said = Object.hasOwn(commits, run.commit ?? "") ? commits[run.commit] : {};

			byNumber.set(run.number, { ...run, at, seconds: Date.parse(run.time) / 1000, author: said.author, subject: said.subject });
		});
		runIndex = byNumber;
	}
	return runIndex;
}

// --- elements ---

// el("a", {href: "#/"}, "text", element): an attribute is set as one, a function listens.
function el(name, attributes = {}, ...children) {
	const svg = ["svg", "path", "circle", "line", "text", "title", "rect", "polyline"].includes(name);
	const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);

	for (const [key, value] of Object.entries(attributes)) {
		if (typeof value === "function")
			element.addEventListener(key, value);
		else if (value === true)
			element.setAttribute(key, "");
		else if (value !== null && value !== undefined && value !== false)
			element.setAttribute(key, value);
	}
	element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined && child !== false));
	return element;
}

const options = (values, chosen, all) => [
	...(all ? [el("option", { value: "" }, all)] : []),
	...values.map(value => el("option", { value: value[0] ?? value, selected: (value[0] ?? value) === chosen }, value[1] ?? value)),
];

// A labelled choice; `change` is told the value.
const choice = (label, values, chosen, all, change) =>
	el("label", {}, el("span", {}, label), el("select", { change: event => change(event.target.value) },
		options(values.map(value => Array.isArray(value) ? value : [value, value]), chosen, all)));

// One for all: making it takes longer than comparing.
const { compare: compareTexts } = new Intl.Collator("en", { numeric: true });

const uniq = list => [...new Set(list)].sort(compareTexts);

function copyable(text) {
	const button = el("button", { type: "button", class: "quiet", click: () => {
		navigator.clipboard?.writeText(text).then(() => { button.textContent = "Copied"; });
	} }, "Copy");

	return el("div", { class: "command" }, el("code", { tabindex: "0" }, text), button);
}

function download(name, type, text) {
	const link = el("a", { href: `data:${type};charset=utf-8,${encodeURIComponent(text)}`, download: name });

	link.click();
}

// A word of a shell command.
const quoted = text => /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

// --- addresses ---

function address() {
	const [path, query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);

	return { page: path || "overview", query: new URLSearchParams(query) };
}

function hashOf(page, values) {
	const query = new URLSearchParams();

	for (const [key, value] of Object.entries(values))
		for (const one of [value].flat())
			if (one !== "" && one !== null && one !== undefined && one !== false)
				query.append(key, one);
	return `#/${page}${String(query) && "?"}${query}`;
}

// The same page with other values, without a step back for each letter that is typed.
function note(changed) {
	const { page, query } = address();

	for (const [key, value] of Object.entries(changed)) {
		query.delete(key);
		for (const one of [value].flat())
			if (one !== "" && one !== null && one !== undefined && one !== false)
				query.append(key, one);
	}
	history.replaceState(null, "", `#/${page}${String(query) && "?"}${query}`);
}

function change(changed) {
	note(changed);
	return show();
}

const keyOf = one => [one.benchmark, one.metric, one.machine, one.branch ?? "", one.in_turn ? "turn" : ""]
	.map(encodeURIComponent).join(",");
const seriesHash = (one, more = {}) => hashOf("series", { k: keyOf(one), ...more });
const runHash = number => hashOf("run", { n: number });
const compareHash = (base, head) => hashOf("compare", { base, head });

// --- numbers ---

const steps = {
	ns: [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]],
	B: [[1e12, "TB"], [1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]],
	"": [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]],
};

function figures(value) {
	const size = Math.abs(value);

	return size && size < 0.0995 ? String(Number(value.toPrecision(3)))
		: value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

const perSecond = { "B/s": 1, "kB/s": 1e3, "MB/s": 1e6, "GB/s": 1e9 };

function amount(value, unit) {
	if (!Number.isFinite(value))
		return "–";
	if (Object.hasOwn(perSecond, unit))
		return `${amount(value * perSecond[unit], "B")}/s`;
	if (!Object.hasOwn(steps, unit))
		return `${Math.abs(value) >= 99950 ? amount(value, "") : figures(value)} ${unit}`;
	const step = steps[unit].find(([factor]) => Math.abs(value) >= 0.9995 * factor) ?? steps[unit].at(-1);

	return `${figures(value / step[0])} ${step[1]}`.trim();
}

// The labels of an axis: one unit, and as many digits as tell them apart.
function amounts(values, unit) {
	const known = values.filter(Number.isFinite), most = Math.max(...known.map(Math.abs));
	const step = (Object.hasOwn(steps, unit) ? steps[unit].find(([factor]) => most >= factor) : null) ?? [1, unit];
	const apart = Math.min(...known.slice(1).map((value, at) => Math.abs(value - known[at]) / step[0]));
	const digits = Number.isFinite(apart) && apart > 0 ? Math.min(9, Math.max(0, Math.ceil(-Math.log10(apart) - 1e-9))) : 0;

	return values.map(value => Number.isFinite(value) ? `${(value / step[0]).toFixed(digits)} ${step[1]}` : "");
}

function percent(value) {
	if (!Number.isFinite(value))
		return "–";
	const size = Math.abs(value);
	const digits = size >= 99.95 ? 0 : 1;
	const text = Math.abs(value).toFixed(digits);

	return `${Number(text) === 0 ? "±" : value < 0 ? "−" : "+"}${text} %`;
}

const plain = (value, unit = "%") => Number.isFinite(value) ? `${Number(value.toPrecision(2))} ${unit}` : "–";
const day = time => time ? time.slice(0, 10) : "–";
const moment = time => time ? `${time.slice(0, 10)} ${time.slice(11, 16)}` : "–";
const short = commit => commit ? commit.slice(0, 8) : "no commit";
const isWorse = (value, one) => one.more_is_better ? value < 0 : value > 0;
const toneOf = (value, one, least = 0) => !Number.isFinite(value) || Math.abs(value) <= least ? "" : isWorse(value, one) ? "bad" : "good";
const titleOf = one => one.metric === "time" ? one.benchmark : `${one.benchmark} ${one.metric}`;
const seriesLink = (row, more) => el("a", { class: "of-series", href: seriesHash(row, more) }, titleOf(row));
const whereOf = one => [one.branch, `machine ${one.machine}`, one.in_turn && "in turn"].filter(Boolean).join(", ");

// --- tables ---

// columns: {title, of: row -> text or element, key: row -> value to sort by, number, wide: hidden on a phone, keep: in one line}
function table(columns, rows, { sort, caption, most = 300 } = {}) {
	let shown = most;
	let by = sort ?? null;
	const body = el("tbody");
	const more = el("button", { type: "button", class: "quiet", click: () => { shown *= 4; fill(); } });
	const heads = columns.map((column, at) => el("th", { scope: "col", class: [column.number && "number", column.wide && "wide", column.keep && "keep"].filter(Boolean).join(" ") || null },
		column.key ? el("button", { type: "button", click: () => { by = [at, by?.[0] === at ? -by[1] : column.number ? -1 : 1]; fill(); } }, column.title) : column.title));

	function fill() {
		const ordered = by ? sorted(rows, columns[by[0]].key, by[1]) : rows;

		heads.forEach((head, at) => columns[at].key && head.setAttribute("aria-sort",
			by?.[0] !== at ? "none" : by[1] > 0 ? "ascending" : "descending"));
		body.replaceChildren(...ordered.slice(0, shown).map(row => el("tr", {}, columns.map((column, at) =>
			el(at ? "td" : "th", { scope: at ? null : "row", class: [column.number && "number", column.wide && "wide", column.keep && "keep", column.tone?.(row)].filter(Boolean).join(" ") || null },
				column.of(row))))));
		more.hidden = ordered.length <= shown;
		more.textContent = `Show more (${ordered.length - shown} left)`;
	}

	fill();
	return el("div", { class: "scroll" }, el("table", {}, caption && el("caption", {}, caption), el("thead", {}, el("tr", {}, heads)), body), more);
}

// What has no value stands last, whichever way.
function sorted(rows, key, direction) {
	const missing = value => value === null || value === undefined || Number.isNaN(value);
	const compare = (a, b) => typeof a === "string" ? compareTexts(a, b) : a - b;

	return rows.map(row => [key(row), row]).sort(([a], [b]) => missing(a) || missing(b) ? missing(a) - missing(b) : direction * compare(a, b))
		.map(([, row]) => row);
}

// --- the frame ---

const menu = [["overview", "Overview"], ["changes", "Changes"], ["compare", "Compare"], ["runs", "Runs"], ["machines", "Machines"], ["gate", "Gate"],
	...(isLive ? [["live", "Live"]] : [])];
let asked = 0;
let leave = [];

// What a page has to undo when it goes.
const whenLeft = undo => leave.push(undo);

// What tells an element of a page from others when the page is made again.
const nameOfElement = element => [element.tagName, element.getAttribute("aria-label"), element.closest("label, tr")?.textContent, element.value ?? element.textContent].join("|");

// Remembers where the reader is; the function that it returns goes there again.
function placeOfReader(main) {
	const had = main.contains(document.activeElement) ? document.activeElement : null;
	const name = had && nameOfElement(had), top = scrollY;
	const open = [...main.querySelectorAll("details[open] > summary")].map(one => one.textContent);

	return () => {
		for (const summary of main.querySelectorAll("details > summary"))
			summary.parentElement.open ||= open.includes(summary.textContent);
		if (had && !main.contains(had))
			[...main.querySelectorAll("a, button, input, select, summary, [tabindex]")].find(one => nameOfElement(one) === name)?.focus({ preventScroll: true });
		scrollTo(0, top);
	};
}

function cannotShow(error) {
	return error.status === 401 ? [el("h1", {}, "These pages need a token"), el("p", {}, "Whoever runs this server can give you one."),
		el("p", {}, el("button", { type: "button", click: () => enterToken() }, "Sign in"))]
		: [el("h1", {}, "This page cannot be shown"), el("p", { role: "alert" }, error.message)];
}

// again: the same page, with what is new.
async function show(again = false) {
	const turn = ++asked;
	const { page, query } = address();
	const main = document.getElementById("content");
	const make = Object.hasOwn(pages, page) ? pages[page] : pages.missing;
	const slow = setTimeout(() => turn === asked && main.setAttribute("aria-busy", "true"), 150);
	const undone = leave;
	let content;

	leave = [];
	document.querySelector("nav").replaceChildren(...menu.map(([name, title]) =>
		el("a", { href: `#/${name}`, "aria-current": name === page || (name === "overview" && page === "series") || (name === "runs" && page === "run") ? "page" : null }, title)));
	try {
		await loadMe();
		content = await make(query);
	} catch (error) {
		content = cannotShow(error);
	}
	clearTimeout(slow);
	if (turn !== asked) {
		leave.push(...undone);
		return;
	}
	const goThere = again ? placeOfReader(main) : () => {};

	showMe();
	undone.forEach(undo => undo());
	main.removeAttribute("aria-busy");
	main.replaceChildren(...[content].flat().filter(Boolean));
	document.title = `${main.querySelector("h1")?.textContent ?? "Performance"} – performance`;
	main.dispatchEvent(new Event("shown"));
	goThere();
	main.dispatchEvent(new Event("placed"));
}

pages.missing = () => [el("h1", {}, "There is no such page"), el("p", {}, el("a", { href: "#/" }, "Overview"))];

addEventListener("hashchange", async () => {
	await show();
	scrollTo(0, 0);
	document.querySelector("h1")?.setAttribute("tabindex", "-1");
	document.querySelector("h1")?.focus({ preventScroll: true });
});
document.querySelector(".skip").addEventListener("click", event => {
	event.preventDefault();
	document.getElementById("content").focus();
});
addEventListener("DOMContentLoaded", () => show());
