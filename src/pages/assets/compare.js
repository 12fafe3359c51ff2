// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs side by side: commits, branches, machines; and ours beside its competitors.
"use strict";

const competitorOf = run => run.branch?.startsWith("competitor ") ? run.branch.slice("competitor ".length) : null;

// The branch that most runs are of.
function mainBranch(runs) {
	const nr = new Map();

	for (const run of runs.values())
		if (run.branch && !competitorOf(run))
			nr.set(run.branch, (nr.get(run.branch) ?? 0) + 1);
	return [...nr].reduce((most, one) => one[1] > (most?.[1] ?? 0) ? one : most, null)?.[0];
}

// What a run is compared with unless one says: of a pull request the newest run of the main branch, else the run before it.
function usualBase(runs, head) {
	const main = mainBranch(runs);

	return (head.branch !== main && !competitorOf(head) && runBefore(runs, { ...head, branch: main })) || runBefore(runs, head);
}

function picker(label, name, runs, chosen) {
	const saidOfRun = run => `${short(run.commit)} ${moment(run.time)} ${[run.tag, run.branch, run.machine].filter(Boolean).join(" ")}`;
	const list = [...runs.values()].reverse();
	const places = uniq(list.flatMap(run => [run.branch, run.machine]).filter(Boolean)).slice(0, 50);

	return el("label", {}, el("span", {}, label), el("input", { list: "runs", value: chosen ? saidOfRun(chosen) : "", placeholder: "a commit, branch or machine", class: "run-input", change: event => {
		const text = event.target.value.trim().toLowerCase();
		const found = list.find(run => saidOfRun(run).toLowerCase() === text) ?? list.find(run => [run.branch, run.machine, run.tag].some(one => one?.toLowerCase() === text)) ??
			list.find(run => text && [run.commit, run.tag, run.branch, run.machine].some(one => one?.toLowerCase().startsWith(text)));

		if (found)
			change({ [name]: found.number });
		else
			event.target.setCustomValidity("No run is called so.");
		event.target.reportValidity();
	}, input: event => event.target.setCustomValidity("") }),
	name === "base" && el("datalist", { id: "runs" }, places.map(one => el("option", { value: one }, "the newest run")), list.slice(0, 500).map(run => el("option", { value: saidOfRun(run) }, run.subject ?? ""))));
}

// --- what changed ---

// What the values of two series differ by from run to run without a change, as the history of either shows it; and each
// value by its own processes. Both 0: an exact count.
function noisesOf(row, was, noise) {
	const known = [noise.get(row.series), noise.get(was.series)].filter(Number.isFinite);

	return [row, was].map(one => known.length || one.error > 0 ? Math.max(one.error || 0, ...known) : NaN);
}

// 1.96 of the noise of the two together is 95 %.
function compareRows(base, head, noise) {
	const nameOf = row => JSON.stringify([row.benchmark, row.metric, row.unit]);
	const before = new Map(base.rows.map(row => [nameOf(row), row]));
	const rows = head.rows.map(row => {
		const was = before.get(nameOf(row));

		if (!was || !(was.value > 0) || !(row.value > 0))
			return { ...row, was: was?.value, wasSeries: was?.series, word: was ? was.value === row.value ? "no clear change" : "–" : "new" };
		const ratio = Math.log(row.value / was.value);
		const wide = 1.96 * Math.hypot(...noisesOf(row, was, noise)) / 100;
		const moved = 100 * Math.expm1(ratio), low = 100 * Math.expm1(ratio - wide), high = 100 * Math.expm1(ratio + wide);
		const clear = low > 0 || high < 0;

		return { ...row, was: was.value, wasSeries: was.series, moved, low, high, word: !Number.isFinite(wide) && moved ? "–" : !clear ? "no clear change" : isWorse(moved, row) ? "worse" : "better" };
	});
	const there = new Set(head.rows.map(nameOf));

	return rows.concat(base.rows.filter(row => !there.has(nameOf(row))).map(row => ({ ...row, was: row.value, value: NaN, word: "missing" })));
}

// The interval on an axis that all rows share.
function whisker(row, most) {
	const wide = 160, x = value => wide / 2 + (wide / 2 - 4) * Math.max(-1, Math.min(1, value / most));

	return !Number.isFinite(row.low) ? "" : el("svg", { class: `whisker ${row.word === "worse" ? "bad" : row.word === "better" ? "good" : ""}`, viewBox: `0 0 ${wide} 16`, "aria-hidden": "true" },
		el("line", { class: "zero", x1: wide / 2, x2: wide / 2, y1: 0, y2: 16 }), el("line", { x1: x(row.low).toFixed(1), x2: x(row.high).toFixed(1), y1: 8, y2: 8 }),
		el("circle", { cx: x(row.moved).toFixed(1), cy: 8, r: 3 }));
}

const interval = row => Number.isFinite(row.low) ? `${percent(row.low)} to ${percent(row.high)}` : "–";

// values: of base and of head, what each process measured
function sideBySide(rows, query, values) {
	const words = ["worse", "better", "no clear change", "new", "missing", "–"].map(word => [word, rows.filter(row => row.word === word).length]).filter(([, nr]) => nr);
	const chosen = query.get("word");
	const most = Math.max(2, ...rows.filter(row => Number.isFinite(row.moved)).map(row => Math.abs(row.moved)).sort((a, b) => b - a).slice(0, 1));
	const shown = rows.filter(row => !chosen || row.word === chosen);
	const sidesOf = row => [values[0]?.get(row.wasSeries), values[1]?.get(row.series)];

	return [
		el("p", { class: "summary" }, words.map(([word, nr]) => el("button", { type: "button", class: `figure ${word}`, "aria-pressed": String(word === chosen),
			click: () => change({ word: word === chosen ? "" : word }) }, el("b", {}, String(nr)), ` ${word}`))),
		table([
			{ title: "Benchmark", key: titleOf, of: row => seriesLink(row) },
			{ title: "Base", number: true, wide: true, key: row => row.was, of: row => amount(row.was, row.unit) },
			{ title: "Head", number: true, wide: true, key: row => row.value, of: row => amount(row.value, row.unit) },
			{ title: "Change", number: true, key: row => Number.isFinite(row.moved) ? (row.more_is_better ? -1 : 1) * row.moved : NaN, of: row => percent(row.moved),
				tone: row => row.word === "worse" ? "bad" : row.word === "better" ? "good" : "" },
			{ title: "Result", keep: true, key: row => row.word, of: row => row.word },
			{ title: "95 % interval", number: true, wide: true, of: interval },
			{ title: "Picture", wide: true, of: row => whisker(row, most) },
			...(rows.some(row => sidesOf(row).every(Boolean)) ? [{ title: "Processes, base above head", wide: true, of: row => sidesOf(row).every(Boolean) ? strip(sidesOf(row), row.unit) : "" }] : []),
		], shown, { sort: [3, -1] }),
	];
}

// --- competitors ---

// Of each competitor the run beside a run of ours: of its commit, or else the newest before it.
function competitorRuns(runs, ours) {
	const found = new Map();

	for (const run of runs.values())
		if (competitorOf(run) && run.machine === ours.machine && ((run.commit && run.commit === ours.commit) || run.at < ours.at) && found.get(run.branch)?.commit !== ours.commit)
			found.set(run.branch, run);
	return [...found.values()];
}

// "gap" is of the time, "rate gap" of a metric.
const metricOfGap = metric => metric === "gap" ? "time" : metric.slice(0, -" gap".length);
const isGap = row => row.metric === "gap" || row.metric.endsWith(" gap");

async function gapsOf(runs, ours, overview) {
	const trends = new Map(overview.map(row => [row.series, row.trend_percent_per_week]));
	// The run of ours that theirs were measured beside.
	const besideOf = run => run.commit === ours.it.commit ? ours.it : [...runs.values()].findLast(one => one.commit === run.commit && one.machine === run.machine && !competitorOf(one));
	const theirs = await Promise.all(competitorRuns(runs, ours.it).map(async run => {
		const beside = besideOf(run), [levels, own] = await Promise.all([levelsOf(runs, run), beside && beside !== ours.it ? levelsOf(runs, beside) : null]);

		return { run, beside, rows: levels.rows, own: own?.rows ?? (beside ? ours.rows : []) };
	}));

	return theirs.flatMap(({ run, beside, rows, own }) => rows.filter(isGap).map(gap => {
		const same = row => row.benchmark === gap.benchmark && row.metric === metricOfGap(gap.metric);
		const [low, moved, high] = [-1.96, 0, 1.96].map(by => 100 * (gap.value * Math.exp(by * gap.error / 100) - 1));

		return { ...gap, competitor: [competitorOf(run), run.compiler?.replace(`${competitorOf(run)} `, "")].filter(Boolean).join(" "), run: beside ?? run, ours: own.find(same), theirs: rows.find(same), low, moved, high,
			trend: trends.get(gap.series), word: low > 0 || high < 0 ? isWorse(moved, gap) ? "bad" : "good" : "" };
	}));
}

const wordOfGap = row => !row.word ? "no difference seen" : (row.metric === "gap" ? { bad: "slower", good: "faster" } : { bad: "worse", good: "better" })[row.word];

const gapTable = gaps => gaps.length > 0 && el("section", {}, el("h2", {}, "Competitors"), table([
	{ title: "Benchmark", key: titleOf, of: row => seriesLink({ ...row, metric: metricOfGap(row.metric), ...row.ours }, row.theirs ? { k: [row.ours ?? row.theirs, row.theirs].map(keyOf) } : {}) },
	{ title: "Competitor", key: row => row.competitor, of: row => row.competitor },
	{ title: "Ours", number: true, wide: true, key: row => row.ours?.value, of: row => amount(row.ours?.value, row.ours?.unit) },
	{ title: "Theirs", number: true, wide: true, key: row => row.theirs?.value, of: row => amount(row.theirs?.value, row.theirs?.unit) },
	{ title: "Gap", number: true, key: row => (row.more_is_better ? -1 : 1) * row.moved, of: row => el("a", { href: seriesHash(row) }, percent(row.moved)), tone: row => row.word },
	{ title: "Ours is", keep: true, key: wordOfGap, of: wordOfGap },
	{ title: "95 % interval", number: true, wide: true, of: interval },
	{ title: "A week", number: true, wide: true, key: row => row.trend, of: row => percent(row.trend) },
	{ title: "Measured at", keep: true, wide: true, of: row => el("a", { href: runHash(row.run.number) }, short(row.run.commit)) },
], gaps, { sort: [4, -1] }));

// --- the page ---

function warningOf(base, head) {
	const competitor = [base, head].find(competitorOf);

	return competitor && competitorOf(base) !== competitorOf(head) ? `One of the two is of the competitor ${competitorOf(competitor)}${base.machine !== head.machine ? ", on another machine" : ""}.`
		: base.machine !== head.machine ? "The two ran on different machines." : base.compiler !== head.compiler ? "Different compilers made the two." : null;
}

pages.compare = async query => {
	const runs = await loadRuns(), all = [...runs.values()];
	const head = runs.get(Number(query.get("head"))) ?? all.filter(run => !competitorOf(run)).at(-1) ?? all.at(-1), base = runs.get(Number(query.get("base"))) ?? (head && usualBase(runs, head));
	const pick = el("form", { class: "filters", submit: event => event.preventDefault() }, picker("Base", "base", runs, base), picker("Head", "head", runs, head),
		base && head && el("button", { type: "button", class: "quiet", click: () => change({ base: head.number, head: base.number }) }, "Swap"));

	if (!base || !head)
		return [el("h1", {}, "Compare"), pick, el("p", {}, "Two runs are needed.")];
	const [before, after, overview, ...values] = await Promise.all([levelsOf(runs, base), levelsOf(runs, head), load("overview"), valuesOf(runs, base), valuesOf(runs, head)]);
	const everything = compareRows(before, after, new Map(overview.rows.map(row => [row.series, row.noise_percent])));
	const rows = competitorOf(base) === competitorOf(head) ? everything : everything.filter(row => !["new", "missing"].includes(row.word));
	const why = head.commit !== base.commit ? (await whyOf(runs, head)).filter(({ explained }) => explained.base_commit === base.commit) : [];
	const gaps = competitorOf(head) ? [] : await gapsOf(runs, { it: head, rows: after.rows }, overview.rows);
	const differs = warningOf(base, head);

	return [
		el("h1", {}, "Compare"), pick,
		el("p", { class: "lead" }, el("a", { href: runHash(base.number) }, short(base.commit)), ` ${base.subject ?? ""} → `, el("a", { href: runHash(head.number) }, short(head.commit)), ` ${head.subject ?? ""}`),
		differs && el("p", { class: "warn" }, differs),
		rows.length ? sideBySide(rows, query, values) : el("p", {}, "Of these runs only their points are kept."),
		el("p", { class: "hint dim" }, "An interval is as wide as the values of a benchmark vary from run to run, by its history. For the gate's own verdict:"),
		copyable(`benchgate compare ${base.id} ${head.id} --from-history --db benchmarks.db`),
		gapTable(gaps),
		whySection(why),
	].flat();
};
