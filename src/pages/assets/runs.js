// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, one run, two of them side by side; machines; the gate.
"use strict";

const runTitle = run => `${short(run.commit)}, ${moment(run.time)}`;

// A static site keeps levels, and what each process measured, of the newest runs alone.
const { runs: nrLevels, values: kept } = document.documentElement.dataset;

function hasKept(runs, run, nr) {
	const whole = [...runs.values()].filter(one => one.whole);

	return run.whole && (isLive || (nr > 0 && whole.slice(-nr).includes(run)));
}

// The newest run before it of the same machine and branch.
function runBefore(runs, run) {
	let before = null;

	for (const one of runs.values())
		if (one.at < run.at && one.machine === run.machine && one.branch === run.branch && Boolean(one.in_turn) === Boolean(run.in_turn))
			before = one;
	return before;
}

pages.runs = async query => {
	const runs = [...(await loadRuns()).values()].reverse();
	const machine = query.get("machine"), branch = query.get("branch"), text = (query.get("q") ?? "").toLowerCase();
	const shown = runs.filter(run => (!machine || run.machine === machine) && (!branch || run.branch === branch) &&
		(!text || [run.commit, run.subject, run.author, run.tag, run.id].some(one => one?.toLowerCase().includes(text))));
	const several = key => new Set(runs.map(run => run[key])).size > 1;

	return [
		el("h1", {}, "Runs"),
		el("form", { class: "filters", role: "search", submit: event => event.preventDefault() },
			el("label", { class: "find" }, el("span", {}, "Commit"), el("input", { type: "search", value: query.get("q") ?? "", change: event => change({ q: event.target.value }) })),
			several("machine") && choice("Machine", uniq(runs.map(run => run.machine)), machine, "all machines", value => change({ machine: value })),
			several("branch") && choice("Branch", uniq(runs.map(run => run.branch).filter(Boolean)), branch, "all branches", value => change({ branch: value })),
			el("p", { role: "status", class: "status" }, `${shown.length} of ${runs.length} shown`)),
		table([
			{ title: "Commit", keep: true, of: run => el("a", { href: runHash(run.number) }, short(run.commit), run.dirty ? " changed" : "") },
			{ title: "Time", keep: true, key: run => run.time, of: run => moment(run.time) },
			{ title: "Subject", of: run => [run.tag, run.subject].filter(Boolean).join(": ") },
			{ title: "Author", wide: true, key: run => run.author ?? "", of: run => run.author ?? "" },
			{ title: "Branch", wide: true, key: run => run.branch ?? "", of: run => run.branch ?? "–" },
			{ title: "Machine", wide: true, key: run => run.machine, of: run => run.machine },
			{ title: "Compiler", wide: true, key: run => run.compiler ?? "", of: run => run.compiler ?? "–" },
			{ title: "Metrics", number: true, wide: true, key: run => run.metrics, of: run => String(run.metrics) },
		], shown, { most: 100 }),
	];
};

// --- one run ---

// A dot for each process, in the order taken, and a line at the median.
function strip(values, unit) {
	const least = Math.min(...values), most = Math.max(...values), wide = 180, tall = 22;
	const x = value => 4 + (wide - 8) * (most > least ? (value - least) / (most - least) : .5);

	return el("svg", { class: "strip", viewBox: `0 0 ${wide} ${tall}`, role: "img", "aria-label": `${values.length} processes, ${amount(least, unit)} to ${amount(most, unit)}` },
		values.map((value, at) => el("circle", { cx: x(value).toFixed(1), cy: (4 + (tall - 8) * (values.length > 1 ? at / (values.length - 1) : .5)).toFixed(1), r: 2 })),
		el("line", { x1: x(middle(values)).toFixed(1), x2: x(middle(values)).toFixed(1), y1: 0, y2: tall }));
}

async function levelsOf(runs, one) {
	const [run, { series }] = hasKept(runs, one, nrLevels) ? await Promise.all([load(`run/${one.number}`), load("series")]) : [{}, { series: [] }];
	const byNumber = new Map(series.map(one => [one.series, one]));

	return { run, rows: run.levels ? run.levels.series.map((one, at) =>
		({ ...byNumber.get(one), value: run.levels.value[at], error: run.levels.error_percent[at] })).filter(row => row.benchmark !== undefined) : [] };
}

// Where the instructions of a benchmark go, the most expensive function first.
function profileOf({ benchmark, profile }) {
	const all = profile.reduce((sum, one) => sum + one.instructions, 0) || 1, most = profile[0]?.instructions || 1;

	return el("details", {}, el("summary", {}, benchmark), table([
		{ title: "Function", of: one => el("code", {}, one.function) },
		{ title: "Share", number: true, key: one => one.instructions, of: one => `${(100 * one.instructions / all).toFixed(1)} %` },
		{ title: "", wide: true, of: one => el("svg", { class: "share", viewBox: "0 0 160 10", preserveAspectRatio: "none", "aria-hidden": "true" },
			el("rect", { width: Math.max(1, 160 * one.instructions / most).toFixed(1), height: 10 })) },
		{ title: "Instructions", number: true, key: one => one.instructions, of: one => amount(one.instructions, "") },
		{ title: "Calls", number: true, wide: true, key: one => one.calls, of: one => amount(one.calls, "") },
	], profile, { most: 12 }));
}

const profiles = (run, it, before) => run.profiles?.length > 0 && el("section", {}, el("h2", {}, "Where instructions go"),
	el("p", { class: "dim" }, "Instructions and calls an iteration, of each function itself. A flame graph of this run and the one before it:"),
	copyable(`benchgate explain --flame flame.html ${quoted(run.profiles[0].benchmark)} ${before?.commit ?? "BASE"} ${it.commit ?? "HEAD"}`), run.profiles.map(profileOf));

// The file that the run is kept as.
async function saveFile(id) {
	const link = el("a", { href: URL.createObjectURL(await (await ask(`runs/${id}/file`)).blob()), download: `${id}.json` });

	link.click();
	URL.revokeObjectURL(link.href);
}

const resultFile = (run, it) => it.whole && el("section", {}, el("h2", {}, "Its result file"),
	isLive && el("p", {}, el("button", { type: "button", click: () => saveFile(it.id) }, "Save the result file")), copyable(`benchgate history show ${it.id} --out result.json --db benchmarks.db`));

pages.run = async query => {
	const runs = await loadRuns(), it = runs.get(Number(query.get("n")));

	if (!it)
		throw new Error("The history has no such run.");
	const { run, rows } = await levelsOf(runs, it);
	const values = hasKept(runs, it, kept) ? new Map((await load(`values/${it.number}`)).metrics.map(one => [one.series, one.values])) : null;
	const before = runBefore(runs, it);
	const notes = (await loadNotes("annotation")).filter(note => it.commit && note.commit === it.commit);
	const facts = [["Commit", it.commit ?? "not known"], ["Author", it.author], ["Branch", it.branch], ["Tag", it.tag], ["Machine", it.machine], ["Run", it.id],
		["Status", run.status], ["Imported from", run.imported], ["Took", run.duration_s && plain(run.duration_s, "s")], ["Processes", run.processes && String(run.processes)]];

	return [
		el("h1", {}, it.subject ?? runTitle(it)),
		el("p", { class: "lead" }, runTitle(it), it.dirty && ", with changes that are not committed", before && ". ",
			before && el("a", { href: compareHash(before.number, it.number) }, "Compare with the run before")),
		el("dl", {}, facts.filter(([, value]) => value).map(([title, value]) => [el("dt", {}, title), el("dd", {}, value)])),
		run.command && el("section", {}, el("h2", {}, "Measure it again"), copyable(run.command)),
		run.failed?.length > 0 && el("section", {}, el("h2", {}, "Failed"), el("ul", {}, run.failed.map(one => el("li", {}, el("b", {}, one.benchmark), ` ${one.word}: ${one.reason ?? ""}`)))),
		it.commit && noteSection(notes, runs, () => writeNote(it.commit, [["the commit", {}]])),
		el("h2", {}, "Metrics"),
		rows.length ? table([
			{ title: "Benchmark", key: titleOf, of: row => el("a", { href: seriesHash(row) }, titleOf(row)) },
			{ title: "Value", number: true, key: row => row.value, of: row => amount(row.value, row.unit) },
			{ title: "Standard error", number: true, wide: true, key: row => row.error, of: row => plain(row.error) },
			...(values ? [{ title: "Processes", wide: true, of: row => values.has(row.series) ? strip(values.get(row.series), row.unit) : "" }] : []),
			{ title: "Tier", wide: true, key: row => row.tier ?? "", of: row => row.tier ?? "–" },
		], rows) : el("p", {}, "Of this run only its points are kept: they are in the series."),
		rows.length > 0 && !values && it.whole && el("p", { class: "hint" }, `What each process measured is kept of the newest ${kept} runs; 'benchgate site --values N' keeps more.`),
		profiles(run, it, before),
		resultFile(run, it),
		run.environment && el("details", {}, el("summary", {}, "Environment"), el("dl", {}, run.environment.map(one => [el("dt", {}, one.name), el("dd", {}, one.value)]))),
	];
};

// --- two runs ---

function picker(label, name, runs, chosen) {
	const said = run => `${short(run.commit)} ${moment(run.time)} ${[run.tag, run.branch, run.machine].filter(Boolean).join(" ")}`;
	const list = [...runs.values()].reverse();

	return el("label", {}, el("span", {}, label), el("input", { list: "runs", value: chosen ? said(chosen) : "", placeholder: "a commit", class: "run-input", change: event => {
		const text = event.target.value.trim().toLowerCase();
		const found = list.find(run => said(run).toLowerCase() === text) ?? list.find(run => text && [run.commit, run.tag, run.branch].some(one => one?.toLowerCase().startsWith(text)));

		if (found)
			change({ [name]: found.number });
		else
			event.target.setCustomValidity("No run is called so.");
		event.target.reportValidity();
	}, input: event => event.target.setCustomValidity("") }),
	name === "base" && el("datalist", { id: "runs" }, list.slice(0, 500).map(run => el("option", { value: said(run) }))));
}

// What a value differs by from run to run without a change, as a history shows it, or else its processes.
const noiseOf = (row, noise) => Math.max(row.error || 0, noise.get(row.series) ?? 0) || NaN;

// 1.96 of the noise of the two together is 95 %.
function compareRows(base, head, noise) {
	const nameOf = row => JSON.stringify([row.benchmark, row.metric, row.unit]);
	const before = new Map(base.rows.map(row => [nameOf(row), row]));
	const rows = head.rows.map(row => {
		const was = before.get(nameOf(row));

		if (!was || !(was.value > 0) || !(row.value > 0))
			return { ...row, was: was?.value, word: was ? "–" : "new" };
		const ratio = Math.log(row.value / was.value);
		const wide = 1.96 * Math.hypot(noiseOf(row, noise), noiseOf(was, noise)) / 100;
		const moved = 100 * Math.expm1(ratio), low = 100 * Math.expm1(ratio - wide), high = 100 * Math.expm1(ratio + wide);
		const clear = low > 0 || high < 0;

		return { ...row, was: was.value, wasSeries: was.series, moved, low, high, word: !Number.isFinite(wide) ? "–" : !clear ? "no clear change" : isWorse(moved, row) ? "worse" : "better" };
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

function sideBySide(rows, query) {
	const words = ["worse", "better", "no clear change", "new", "missing", "–"].map(word => [word, rows.filter(row => row.word === word).length]).filter(([, nr]) => nr);
	const chosen = query.get("word");
	const most = Math.max(2, ...rows.filter(row => Number.isFinite(row.moved)).map(row => Math.abs(row.moved)).sort((a, b) => b - a).slice(0, 1));
	const shown = rows.filter(row => !chosen || row.word === chosen);

	return [
		el("p", { class: "summary" }, words.map(([word, nr]) => el("button", { type: "button", class: `figure ${word}`, "aria-pressed": String(word === chosen),
			click: () => change({ word: word === chosen ? "" : word }) }, el("b", {}, String(nr)), ` ${word}`))),
		table([
			{ title: "Benchmark", key: titleOf, of: row => el("a", { href: seriesHash(row) }, titleOf(row)) },
			{ title: "Base", number: true, wide: true, key: row => row.was, of: row => amount(row.was, row.unit) },
			{ title: "Head", number: true, wide: true, key: row => row.value, of: row => amount(row.value, row.unit) },
			{ title: "Change", number: true, key: row => Number.isFinite(row.moved) ? (row.more_is_better ? -1 : 1) * row.moved : NaN, of: row => percent(row.moved),
				tone: row => row.word === "worse" ? "bad" : row.word === "better" ? "good" : "" },
			{ title: "95 % interval", number: true, wide: true, of: row => Number.isFinite(row.low) ? `${percent(row.low)} to ${percent(row.high)}` : "–" },
			{ title: "Picture", wide: true, of: row => whisker(row, most) },
			{ title: "Result", key: row => row.word, of: row => row.word },
		], shown, { sort: [3, -1] }),
	];
}

pages.compare = async query => {
	const runs = await loadRuns(), all = [...runs.values()];
	const head = runs.get(Number(query.get("head"))) ?? all.at(-1), base = runs.get(Number(query.get("base"))) ?? (head && runBefore(runs, head));
	const pick = el("form", { class: "filters", submit: event => event.preventDefault() }, picker("Base", "base", runs, base), picker("Head", "head", runs, head),
		base && head && el("button", { type: "button", class: "quiet", click: () => change({ base: head.number, head: base.number }) }, "Swap"));

	if (!base || !head)
		return [el("h1", {}, "Compare"), pick, el("p", {}, "Two runs are needed.")];
	const [before, after, overview] = await Promise.all([levelsOf(runs, base), levelsOf(runs, head), load("overview")]);
	const rows = compareRows(before, after, new Map(overview.rows.map(row => [row.series, row.noise_percent])));
	const differs = base.machine !== head.machine ? "The two ran on different machines." : base.compiler !== head.compiler ? "Different compilers made the two." : null;

	return [
		el("h1", {}, "Compare"), pick,
		el("p", { class: "lead" }, el("a", { href: runHash(base.number) }, short(base.commit)), ` ${base.subject ?? ""} → `, el("a", { href: runHash(head.number) }, short(head.commit)), ` ${head.subject ?? ""}`),
		differs && el("p", { class: "warn" }, differs),
		rows.length ? sideBySide(rows, query) : el("p", {}, "Of these runs only their points are kept."),
		el("p", { class: "hint dim" }, "An interval is as wide as the values of a benchmark vary from run to run, by its history. For the gate's own verdict:"),
		copyable(`benchgate compare ${base.id} ${head.id} --from-history --db benchmarks.db`),
	].flat();
};

// --- machines and the gate ---

// Who raised alarms that were taken back: what got worse and went back, by benchmark and machine.
function wolves(changes) {
	const byName = new Map();

	for (const one of changes.filter(row => row.worse && !row.maybe)) {
		const name = keyOf(one), row = byName.get(name) ?? { ...one, alarms: 0, back: 0 };

		row.alarms++;
		row.back += !one.stands;
		byName.set(name, row);
	}
	return [...byName.values()].filter(row => row.back).sort((a, b) => b.back - a.back);
}

const wolfTable = rows => rows.length ? table([
	{ title: "Benchmark", key: titleOf, of: row => el("a", { href: seriesHash(row) }, titleOf(row)) },
	{ title: "Taken back", number: true, key: row => row.back, of: row => String(row.back) },
	{ title: "of changes for the worse", number: true, key: row => row.alarms, of: row => String(row.alarms) },
	{ title: "Where", wide: true, key: whereOf, of: whereOf },
], rows, { most: 20 }) : el("p", {}, "Nothing got worse and went back.");

const gatesIn = (gates, way) => gates && `${gates.alarmed} of ${gates.gates} gates ${way}`;

function calibrationOf({ calibration }) {
	return calibration ? [`finds ${plain(calibration.detectable_percent)} in nine of ten benchmarks`, gatesIn(calibration.alone, "alone"), gatesIn(calibration.in_turn, "in turn")]
		.filter(Boolean).join(", false alarms in ").concat(` (${day(calibration.time)})`) : "none";
}

const machineSection = one => one.findings && el("section", {}, el("h2", {}, `Machine ${one.machine}`),
	el("p", {}, "Calibration: ", calibrationOf(one), ". ", Number.isFinite(one.drift_percent) && `Its levels drift by ${plain(one.drift_percent)} from session to session, the median of ${one.drift_benchmarks} benchmarks.`),
	!one.calibration && copyable("benchgate doctor --calibrate"),
	one.findings.length ? el("ul", { class: "findings" }, one.findings.map(found => el("li", {}, el("b", {}, found.field), ` ${found.value ?? ""}`, found.meaning && `: ${found.meaning}`, found.mend && el("span", { class: "dim" }, `. ${found.mend}`))))
		: el("p", { class: "dim" }, one.not_known < one.looked_at ? "Its newest run names nothing that makes its results noisier." : "Its newest run does not say what makes its results noisier."),
	one.not_known > 0 && el("p", { class: "dim" }, `${one.not_known} of the ${one.looked_at} things that doctor looks at are not known.`));

pages.machines = async () => {
	const [{ machines }, { changes }] = await Promise.all([load("machines"), load("changes")]);
	const rate = one => one.points ? 1000 * one.spikes / one.points : NaN;
	const cried = wolves(changes), back = one => cried.filter(row => row.machine === one.machine).reduce((sum, row) => sum + row.back, 0);

	return [
		el("h1", {}, "Machines"),
		el("p", { class: "lead" }, "What measured, how noisy it is, and how often a value jumps and comes back."),
		table([
			{ title: "Machine", key: one => one.machine, of: one => el("a", { href: hashOf("runs", { machine: one.machine }) }, one.machine) },
			{ title: "Noise", number: true, key: one => one.noise_percent, of: one => plain(one.noise_percent) },
			{ title: "Drift", number: true, key: one => one.drift_percent, of: one => plain(one.drift_percent) },
			{ title: "Spikes of 1,000", number: true, key: rate, of: one => plain(rate(one), "") },
			{ title: "Changes", number: true, wide: true, key: one => one.steps, of: one => String(one.steps) },
			{ title: "Taken back", number: true, wide: true, key: back, of: one => String(back(one)) },
			{ title: "Runs", number: true, wide: true, key: one => one.runs, of: one => String(one.runs) },
			{ title: "First", keep: true, wide: true, key: one => one.first, of: one => day(one.first) },
			{ title: "Newest", keep: true, key: one => one.last, of: one => one.last_run ? el("a", { href: runHash(one.last_run) }, day(one.last)) : day(one.last) },
			{ title: "Compilers", wide: true, of: one => one.compilers.map(it => `${it.compiler} since ${day(it.since)}`).join(", ") || "–" },
		], machines),
		machines.map(machineSection),
		el("h2", {}, "Who cries wolf"), wolfTable(cried),
	].flat();
};

pages.gate = async () => {
	const gate = await load("gate");
	const rows = [["Runs", gate.runs], ["Commits", gate.commits], ["Machines", gate.machines], ["Regressions that were accepted", gate.accepted],
		...(gate.alerts_known ? [["Alerts", gate.alerts], ["of them before the merge", gate.alerts_before_merge], ["of them over", gate.alerts_over],
			["of them standing", gate.alerts_standing], ["acknowledged", gate.alerts_acknowledged],
			["From a commit to its alert, the median", Number.isFinite(gate.median_s_to_alert) ? plain(gate.median_s_to_alert / 3600, "h") : null]] : [])];

	return [
		el("h1", {}, "Gate"),
		el("p", { class: "lead" }, `What the gate did from ${day(gate.since)} to ${day(gate.until)}.`),
		el("dl", {}, rows.filter(([, value]) => value !== null && value !== undefined).map(([title, value]) => [el("dt", {}, title), el("dd", { class: "number" }, String(value))])),
		!gate.alerts_known && el("p", { class: "dim" }, "Alerts are not known here: no rule raises any, or their state is elsewhere."),
	];
};
