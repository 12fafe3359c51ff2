// SPDX-License-Identifier: GPL-3.0-or-later
// Runs, and one run; machines; the gate.
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

// A dot for each process, in the order taken, and a line at the median; the sides share an axis, base above head.
function strip(sides, unit) {
	const wide = 180, tall = 22, extent = values => [Math.min(...values), Math.max(...values)], [least, most] = extent(sides.flat());
	const x = value => (4 + (wide - 8) * (most > least ? (value - least) / (most - least) : .5)).toFixed(1);
	const y = (side, part) => (tall * side + 4 + (tall - 8) * part).toFixed(1);
	const said = values => `${values.length} processes, ${extent(values).map(value => amount(value, unit)).join(" to ")}`;

	return el("svg", { class: sides.length > 1 ? "strip two" : "strip", viewBox: `0 0 ${wide} ${tall * sides.length}`, role: "img", "aria-label": sides.map(said).join("; ") },
		sides.map((values, side) => [values.map((value, at) => el("circle", { class: side + 1 < sides.length ? "base" : null, cx: x(value), cy: y(side, values.length > 1 ? at / (values.length - 1) : .5), r: 2 })),
			el("line", { x1: x(middle(values)), x2: x(middle(values)), y1: tall * side, y2: tall * (side + 1) })]));
}

async function levelsOf(runs, one) {
	const [run, { series }] = hasKept(runs, one, nrLevels) ? await Promise.all([load(`run/${one.number}`), load("series")]) : [{}, { series: [] }];
	const byNumber = new Map(series.map(one => [one.series, one]));

	return { run, rows: run.levels ? run.levels.series.map((one, at) =>
		({ ...byNumber.get(one), value: run.levels.value[at], error: run.levels.error_percent[at] })).filter(row => row.benchmark !== undefined) : [] };
}

// What each process measured, by series, where that is kept.
const valuesOf = async (runs, run) => hasKept(runs, run, kept) ? new Map((await load(`values/${run.number}`)).metrics.map(one => [one.series, one.values])) : null;

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

pages.run = async query => {
	const runs = await loadRuns(), it = runs.get(Number(query.get("n")));

	if (!it)
		throw new Error("The history has no such run.");
	const [{ run, rows }, why] = await Promise.all([levelsOf(runs, it), whyOf(runs, it)]);
	const values = await valuesOf(runs, it);
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
		whySection(why),
		it.commit && noteSection(notes, runs, () => writeNote(it.commit, [["the commit", {}]])),
		el("h2", {}, "Metrics"),
		rows.length ? table([
			{ title: "Benchmark", key: titleOf, of: row => seriesLink(row) },
			{ title: "Value", number: true, key: row => row.value, of: row => amount(row.value, row.unit) },
			{ title: "Standard error", number: true, wide: true, key: row => row.error, of: row => plain(row.error) },
			...(values ? [{ title: "Processes", wide: true, of: row => values.has(row.series) ? strip([values.get(row.series)], row.unit) : "" }] : []),
			{ title: "Tier", wide: true, key: row => row.tier ?? "", of: row => row.tier ?? "–" },
		], rows) : el("p", {}, "Of this run only its points are kept: they are in the series."),
		rows.length > 0 && !values && it.whole && el("p", { class: "hint" }, `What each process measured is kept of the newest ${kept} runs; 'benchgate site --values N' keeps more.`),
		profiles(run, it, before),
		artefacts(run, it, before, why),
		run.environment && el("details", {}, el("summary", {}, "Environment"), el("dl", {}, run.environment.map(one => [el("dt", {}, one.name), el("dd", {}, one.value)]))),
	];
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
	{ title: "Benchmark", key: titleOf, of: row => seriesLink(row) },
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
			{ title: "Drift", number: true, wide: true, key: one => one.drift_percent, of: one => plain(one.drift_percent) },
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
