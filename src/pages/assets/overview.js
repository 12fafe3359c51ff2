// SPDX-License-Identifier: GPL-3.0-or-later
// The overview: what is bad now, and a row for each series that is judged; only rows in sight are made. And the changes.
"use strict";

const states = ["over budget", "worse", "maybe worse", "creeping", "better", "steady"];
const rowHeight = 40;
// So many are all made: the browser can search in them.
const mostAtOnce = 200;

const spark = (row, size) => el("svg", { class: "spark", viewBox: `0 0 ${size.width} ${size.height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
	el("path", { d: row.spark, class: row.state === "worse" || row.state === "over budget" ? "bad" : null }));

// note: what somebody said of it
const stateMark = (state, note) => el("span", { class: `state ${state.replace(" ", "-")}`, title: note ? [state, note.text].filter(Boolean).join(": ") : null },
	note ? [el("span", { class: "unseen" }, `${state}, `), el("span", { class: "dim" }, note.state)] : state);

// What people said of the change that made a row what it is: by its series and commit.
let said = new Map();

const nameOfChange = (one, commit) => JSON.stringify([one.benchmark, one.metric, one.machine, one.branch ?? "", commit ?? ""]);
const rowNotes = alerts => new Map(alerts.reverse().filter(note => note.state).map(note => [nameOfChange(note, note.commit), note.state === "open" ? null : note]));
const saidOf = row => row.since && said.get(nameOfChange(row, row.since.commit));

const columns = [
	{ name: "benchmark", title: "Benchmark", key: row => titleOf(row), of: row => [el("a", { href: seriesHash(row) }, titleOf(row)), el("span", { class: "narrow dim" }, whereOf(row))] },
	{ name: "state", title: "State", key: row => states.indexOf(row.state), of: row => stateMark(row.state, saidOf(row)) },
	{ name: "course", title: "Course" },
	{ name: "value", title: "Now", number: true, key: row => row.value, of: row => amount(row.value, row.unit) },
	{ name: "change", title: "14 days", number: true, key: row => row.change_percent && (row.more_is_better ? -1 : 1) * row.change_percent,
		of: row => percent(row.change_percent), tone: row => toneOf(row.change_percent, row, 3 * row.noise_percent) },
	{ name: "trend", title: "A week", number: true, wide: true, key: row => row.trend_percent_per_week && (row.more_is_better ? -1 : 1) * row.trend_percent_per_week,
		of: row => percent(row.trend_percent_per_week) },
	{ name: "noise", title: "Noise", number: true, wide: true, key: row => row.noise_percent, of: row => plain(row.noise_percent) },
	{ name: "budget", title: "Budget", number: true, wide: true, key: row => row.budget_used_percent, of: row => plain(row.budget_used_percent) },
	{ name: "where", title: "Where", wide: true, key: whereOf, of: whereOf },
];

// "3 worse, 1 better, 40 steady", each a filter.
function summary(rows, chosen) {
	const parts = states.map(state => [state, rows.filter(row => row.state === state).length]).filter(([, nr]) => nr);

	return el("p", { class: "summary" }, parts.map(([state, nr]) => el("button", { type: "button", "aria-pressed": String(state === chosen),
		class: `figure ${state.replace(" ", "-")}`, click: () => change({ state: state === chosen ? "" : state }) },
		el("b", {}, String(nr)), " ", state)));
}

function wanted(rows, query) {
	const text = (query.get("q") ?? "").toLowerCase();

	return rows.filter(row => (!text || titleOf(row).toLowerCase().includes(text)) &&
		["state", "tier", "machine", "branch"].every(key => !query.get(key) || (row[key] ?? "") === query.get(key)));
}

function ordered(rows, query) {
	const by = columns.find(column => column.name === query.get("sort") && column.key);

	if (by)
		return sorted(rows, by.key, query.get("down") ? -1 : 1);
	return sorted(sorted(rows, titleOf, 1), row => states.indexOf(row.state), 1);
}

const present = column => row => column.name === "course" ? spark(row, sparkSize) : column.of(row);
let sparkSize;

function makeRow(row, shown) {
	return el("tr", {}, shown.map((column, at) => el(at ? "td" : "th", { scope: at ? null : "row",
		class: [column.name, column.number && "number", column.wide && "wide", column.tone?.(row)].filter(Boolean).join(" "), title: at ? null : titleOf(row) }, present(column)(row))));
}

// Rows in sight, between two that are as high as all others.
function virtualRows(rows, shown) {
	const body = el("tbody");
	let from = -1, to = -1;

	function fill(printed) {
		const all = printed || rows.length <= mostAtOnce;
		const top = body.isConnected ? -body.getBoundingClientRect().top : 0;
		const first = all ? 0 : Math.max(0, Math.floor(top / rowHeight) - 12);
		const last = all ? rows.length : Math.min(rows.length, first + Math.ceil(innerHeight / rowHeight) + 24);

		if (first === from && last === to)
			return;
		[from, to] = [first, last];
		body.replaceChildren(
			...(first ? [el("tr", { class: "gap", "aria-hidden": "true" }, gap(first, shown.length))] : []),
			...rows.slice(first, last).map(row => makeRow(row, shown)),
			...(last < rows.length ? [el("tr", { class: "gap", "aria-hidden": "true" }, gap(rows.length - last, shown.length))] : []));
	}
	const again = () => fill(false), everything = () => fill(true);

	addEventListener("scroll", again, { passive: true });
	addEventListener("resize", again);
	addEventListener("beforeprint", everything);
	for (const event of ["shown", "placed"])
		document.getElementById("content").addEventListener(event, again, { once: true });
	whenLeft(() => {
		removeEventListener("scroll", again);
		removeEventListener("resize", again);
		removeEventListener("beforeprint", everything);
	});
	fill(false);
	return body;
}

function gap(nr, span) {
	const cell = el("td", { colspan: span });

	cell.style.height = `${nr * rowHeight}px`;
	return cell;
}

function list(rows, query) {
	const several = new Set(rows.map(whereOf)).size > 1, budgets = rows.some(row => row.budget);
	const shown = columns.filter(column => (column.name !== "where" || several) && (column.name !== "budget" || budgets));
	const by = query.get("sort"), down = query.get("down");

	return el("table", { class: "overview", "aria-rowcount": rows.length + 1 }, el("thead", {}, el("tr", {}, shown.map(column =>
		el("th", { scope: "col", class: [column.name, column.number && "number", column.wide && "wide"].filter(Boolean).join(" "),
			"aria-sort": column.key ? (by !== column.name ? "none" : down ? "descending" : "ascending") : null },
			column.key ? el("button", { type: "button", click: () => change(by === column.name && (down || !column.number)
				? { sort: down ? "" : column.name, down: down ? "" : 1 } : { sort: column.name, down: column.number ? 1 : by === column.name ? 1 : "" }) }, column.title)
				: column.title)))), virtualRows(rows, shown));
}

const mostCards = 400;

function grid(rows) {
	const cards = el("ul", { class: "grid" });
	const more = el("button", { type: "button", class: "quiet", click: () => add() });
	const telling = ["branch", "machine"].filter(key => new Set(rows.map(row => row[key])).size > 1);
	let nr = 0;

	function add() {
		cards.append(...rows.slice(nr, nr + mostCards).map(row => el("li", {}, el("a", { href: seriesHash(row) },
			el("span", { class: "name", title: `${titleOf(row)}, ${whereOf(row)}` }, titleOf(row), telling.map(key => el("span", { class: "dim" }, ` ${row[key] ?? ""}`))), spark(row, sparkSize),
			el("span", { class: "now" }, amount(row.value, row.unit)),
			el("span", { class: `number ${toneOf(row.change_percent, row, 3 * row.noise_percent)}` }, percent(row.change_percent))))));
		nr += mostCards;
		more.hidden = nr >= rows.length;
		more.textContent = `Show more (${rows.length - nr} left)`;
	}

	add();
	return [cards, more];
}

pages.overview = async query => {
	const [{ rows, newest, runs, spark: size }, bookmarks, alerts] = await Promise.all([load("overview"), loadNotes("bookmark"), loadNotes("alert")]);
	const result = el("div", { class: "result" });
	const status = el("p", { role: "status", class: "status" });
	const asGrid = query.get("view") === "grid";

	sparkSize = size;
	said = rowNotes(alerts);
	if (!rows.length)
		return [el("h1", {}, "Overview"), el("p", {}, "This history has no series yet: 'benchgate run --db FILE' keeps what it measures.")];

	function fill() {
		const now = address().query;
		const found = ordered(wanted(rows, now), now);

		result.replaceChildren(...[!found.length ? el("p", {}, "Nothing is called so.") : asGrid ? grid(found) : list(found, now)].flat());
		status.textContent = `${found.length} of ${rows.length} shown`;
	}
	const filter = (label, key, all) => uniq(rows.map(row => row[key] ?? "")).length > 1 &&
		choice(label, uniq(rows.map(row => row[key]).filter(Boolean)), query.get(key), all, value => change({ [key]: value }));

	fill();
	return [
		el("h1", {}, "Overview"),
		el("p", { class: "lead" }, `${rows.length} series, ${runs} runs; the newest of ${moment(newest)} UTC`),
		keptViews(bookmarks),
		summary(wanted(rows, new URLSearchParams([...query].filter(([key]) => key !== "state"))), query.get("state")),
		el("form", { class: "filters", role: "search", submit: event => event.preventDefault() },
			el("label", { class: "find" }, el("span", {}, "Name"), el("input", { type: "search", value: query.get("q") ?? "", autocomplete: "off",
				input: event => { note({ q: event.target.value }); fill(); } })),
			filter("Tier", "tier", "all tiers"), filter("Machine", "machine", "all machines"), filter("Branch", "branch", "all branches"),
			choice("View", [["", "list"], ["grid", "grid"]], query.get("view") ?? "", null, value => change({ view: value })),
			status),
		result,
	];
};

// --- changes ---

pages.changes = async query => {
	const [{ changes }, runs, notes] = await Promise.all([load("changes"), loadRuns(), loadAlertNotes()]);
	const kind = query.get("show") ?? "standing";
	const kinds = {
		standing: ["worse, and still", row => row.worse && row.stands],
		worse: ["worse, once", row => row.worse],
		better: ["better", row => !row.worse],
		all: ["all", () => true],
	};
	const wantedState = query.get("state"), stateOf = row => row.alert && (notes.get(row.alert)?.state ?? "open");
	const hasStates = isLive || notes.size > 0;
	const shown = changes.filter(row => !wantedState || stateOf(row) === wantedState).filter((Object.hasOwn(kinds, kind) ? kinds[kind] : kinds.all)[1]);

	return [
		el("h1", {}, "Changes"),
		el("p", { class: "lead" }, kind === "standing" ? "What is worse, since when: steps and slopes that were not undone." : "Steps and slopes in what is judged, the newest first."),
		el("form", { class: "filters", submit: event => event.preventDefault() },
			choice("Show", Object.entries(kinds).map(([name, [title]]) => [name, title]), kind, null, value => change({ show: value === "standing" ? "" : value })),
			hasStates && choice("State", alertStates, wantedState, "all states", value => change({ state: value })),
			el("p", { role: "status", class: "status" }, `${shown.length} of ${changes.length} shown`),
			el("a", { class: "end", href: "changes.atom" }, "Atom feed")),
		shown.length ? table([
			{ title: "Since", keep: true, key: row => row.time, of: row => day(row.time) },
			{ title: "Benchmark", key: titleOf, of: row => seriesLink(row) },
			{ title: "Change", number: true, key: row => row.change_percent, of: row => percent(row.change_percent), tone: row => row.worse ? "bad" : "good" },
			{ title: "95 % interval", number: true, wide: true, of: row => Number.isFinite(row.low_percent) ? `${percent(row.low_percent)} to ${percent(row.high_percent)}` : "–" },
			{ title: "Level", number: true, wide: true, of: row => `${amount(row.before, row.unit)} to ${amount(row.after, row.unit)}` },
			{ title: "Kind", wide: true, of: row => `${row.maybe ? "maybe a " : ""}${row.kind}` },
			{ title: "Commit", keep: true, of: row => el("a", { href: runHash(row.run), title: runs.get(row.run)?.subject }, short(row.commit)) },
			{ title: "Where", wide: true, of: whereOf },
			...(hasStates ? [{ title: "State", key: row => alertStates.indexOf(stateOf(row)), of: row => alertMark(row, notes) }] : []),
		], shown) : el("p", {}, "There is none."),
	];
};
