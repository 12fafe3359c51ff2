// SPDX-License-Identifier: GPL-3.0-or-later
// One series or several in a chart: values over commits, with the noise around each level, changes, budget and compilers.
// A point tells its commit; a click holds what it tells, and a drag zooms to a range, which can be compared and bisected.
"use strict";

const palette = ["--accent", "--second", "--third", "--fourth", "--fifth", "--sixth"];
const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const seriesColor = (chart, at) => color(chart.parts.length > 1 ? palette[at % palette.length] : "--accent");

async function findSeries(query) {
	const keys = query.getAll("k"), number = Number(query.get("s"));
	const find = rows => keys.length ? keys.map(key => rows.find(row => keyOf(row) === key)) : [rows.find(row => row.series === number)];
	let found = find((await load("overview")).rows);

	if (found.includes(undefined))
		found = find((await load("series")).series);
	if (found.includes(undefined))
		throw new Error("The history has no such series.");
	const parts = await Promise.all(found.map(one => load(`series/${one.series}`)));

	return parts.length > 1 ? Promise.all(parts.map(wholePart)) : parts;
}

// --- what is drawn ---

// What is drawn of one series, as columns: its points, or so many neighbours in one, or the points of a slice.
function itemsOf(part, slice) {
	const { points } = part, width = slice ? 1 : points.width ?? 1;

	return { ...(slice ?? points), width, x: points.run === slice?.run || !slice ? points.run.map((run, at) => at * width) : slice.run.map((run, at) => slice.from + at) };
}

// Where each point of each series stands: one has the order of its own commits, several share theirs by time.
function positions(parts, runs, slice) {
	if (parts.length === 1) {
		const items = itemsOf(parts[0], slice);

		return { items, x: items.x, runs: items.run, at: [items.run.map((run, at) => at)] };
	}
	const name = run => runs.get(run)?.commit ?? `run ${run}`;
	const order = new Map();
	const all = [...new Set(parts.flatMap(part => part.points.run))].sort((a, b) => runs.get(a).seconds - runs.get(b).seconds);
	const first = [];

	for (const run of all)
		if (!order.has(name(run))) {
			order.set(name(run), first.length);
			first.push(run);
		}
	return { items: parts[0].points, x: first.map((run, at) => at), runs: first, at: parts.map(part => part.points.run.map(run => order.get(name(run)))) };
}

const noiseAround = (part, value, sign) => part.noise_is_ratio ? value * Math.exp(sign * 2 * part.noise) : value + sign * 2 * part.noise;

// The least and the largest that is drawn of levels and their noise, for the scale: of each item.
function levelColumns(part, x) {
	const low = [], high = [];
	let i = 0;

	for (const at of x) {
		while (i + 1 < part.levels.length && at >= part.levels[i].to)
			i++;
		const { first, last } = part.levels[i];

		low.push(noiseAround(part, Math.min(first, last), -1));
		high.push(noiseAround(part, Math.max(first, last), 1));
	}
	return part.noise === null ? [] : [low, high];
}

// The newest run of other branches, such as open pull requests: of this machine, not older than this series by two weeks, and
// not merged into it.
async function loadOpen(part, runs) {
	const newest = new Map(), merged = new Set([...runs.values()].filter(run => run.branch === part.branch).map(run => run.commit));
	const after = runs.get(part.points.run.at(-1)).seconds - 14 * 86400;

	for (const run of runs.values())
		if (run.branch && run.branch !== part.branch && run.machine === part.machine && run.seconds > after && !merged.has(run.commit))
			newest.set(run.branch, run.seconds);
	const found = part.others.filter(one => newest.has(one.branch) && ["metric", "unit", "machine", "in_turn"].every(key => one[key] === part[key]))
		.sort((a, b) => newest.get(b.branch) - newest.get(a.branch)).slice(0, 3);
	const loaded = await Promise.all(found.map(one => load(`series/${one.series}`)));

	return loaded.filter(one => one.nr_points < part.nr_points).map(one => ({ branch: one.branch, run: one.points.run.at(-1), value: one.value }));
}

// slice: the points of a part of a series that has too many
function prepare(parts, runs, query, open = [], slice = null) {
	const place = positions(parts, runs, slice);
	const ended = place.runs.length, end = parts.length > 1 ? ended : parts[0].nr_points;
	const isThinned = parts.length === 1 && parts[0].points.width > 1;

	place.runs = [...place.runs, ...open.map(one => one.run)];
	place.x = [...place.x, ...open.map((one, i) => end + i)];
	const relative = query.get("values") === "relative" || new Set(parts.map(part => part.unit)).size > 1;
	const spread = (values, at) => {
		const column = new Array(place.runs.length).fill(null);

		values.forEach((value, i) => { column[at[i]] = value; });
		return column;
	};
	const bases = parts.map(part => part.points.value[0]);
	const scaled = (values, at) => relative ? values.map(value => value === null ? null : 100 * (value / bases[at] - 1)) : values;
	const values = parts.map((part, at) => scaled(spread(parts.length > 1 ? part.points.value : place.items.value, place.at[at]), at));
	const around = parts.length === 1 ? levelColumns(parts[0], place.x.slice(0, ended)).map(column => [...scaled(column, 0), ...open.map(() => null)]) : [];
	const opened = open.length ? [scaled([...new Array(ended).fill(null), ...open.map(one => one.value)], 0)] : [];
	const extremes = isThinned ? ["low", "high"].map(name => scaled(spread(place.items[name] ?? [], place.at[0]), 0)) : [];

	return { parts, runs, place, relative, bases, values, around, open, ended, end, opened, extremes, isThinned, slice, raw: place.items.value,
		width: parts.length === 1 ? place.items.width : 1, log: !relative && query.get("scale") === "log", data: [place.x, ...around, ...values, ...opened, ...extremes] };
}

// The last item at or before a place.
function itemAt(chart, x) {
	let low = 0, high = chart.place.x.length - 1;

	while (low < high) {
		const middle = (low + high + 1) >> 1;

		if (chart.place.x[middle] <= x)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

// Where a run stands; of one that is among neighbours, by its time. -1: it is not of this series.
function placeOf(chart, number) {
	const item = chart.place.runs.indexOf(number), run = chart.runs.get(number);

	if (item >= 0 || !chart.isThinned || !run)
		return item < 0 ? -1 : chart.place.x[item];
	const { run: runs, width } = chart.parts[0].points;
	let low = 0, high = runs.length - 1;

	while (low < high) {
		const middle = (low + high + 1) >> 1;

		if (chart.runs.get(runs[middle]).seconds <= run.seconds)
			low = middle;
		else
			high = middle - 1;
	}
	return low * width;
}

const shownValue = (chart, value) => chart.relative ? percent(value) : amount(value, chart.parts[0].unit);

// --- marks on the chart ---

// Is there room for a label? It then takes it.
function takeRoom(u, from, to, low) {
	const isFree = !u.labels.some(one => one.low === low && from < one.to && one.from < to);

	if (isFree)
		u.labels.push({ from, to, low });
	return isFree;
}

// The label stands at the top, or at the bottom, unless another one stands there.
function drawLine(u, x, stroke, dash, label, low) {
	const { ctx, bbox } = u, left = Math.round(u.valToPos(x, "x", true)) + .5;

	if (left < bbox.left || left > bbox.left + bbox.width)
		return;
	ctx.save();
	ctx.strokeStyle = ctx.fillStyle = stroke;
	ctx.lineWidth = devicePixelRatio;
	ctx.setLineDash(dash.map(length => length * devicePixelRatio));
	ctx.beginPath();
	ctx.moveTo(left, bbox.top);
	ctx.lineTo(left, bbox.top + bbox.height);
	ctx.stroke();
	ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
	ctx.textAlign = left > bbox.left + .8 * bbox.width ? "right" : "left";
	const text = label.length > 28 ? `${label.slice(0, 27)}…` : label;
	const at = left + (ctx.textAlign === "left" ? 4 : -4) * devicePixelRatio, end = at + (ctx.textAlign === "left" ? 1 : -1) * (ctx.measureText(text).width + 4 * devicePixelRatio);

	if (takeRoom(u, Math.min(at, end), Math.max(at, end), low))
		ctx.fillText(text, at, low ? bbox.top + bbox.height - 4 * devicePixelRatio : bbox.top + 11 * devicePixelRatio);
	ctx.restore();
}

function drawLevel(u, chart, given, stroke, label) {
	const { ctx, bbox } = u;
	const value = chart.relative ? 100 * (given / chart.bases[0] - 1) : given;
	const top = Math.round(u.valToPos(value, "y", true)) + .5;

	if (given === null || top < bbox.top || top > bbox.top + bbox.height)
		return;
	ctx.save();
	ctx.strokeStyle = ctx.fillStyle = stroke;
	ctx.lineWidth = devicePixelRatio;
	ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
	ctx.beginPath();
	ctx.moveTo(bbox.left, top);
	ctx.lineTo(bbox.left + bbox.width, top);
	ctx.stroke();
	ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
	ctx.fillText(label, bbox.left + 4 * devicePixelRatio, top - 4 * devicePixelRatio);
	ctx.restore();
}

// Levels with the noise around them: few lines, however many points there are.
function drawLevels(u, chart) {
	const { ctx, bbox } = u, part = chart.parts[0];

	if (chart.parts.length > 1)
		return;
	const x = at => u.valToPos(at, "x", true), y = value => u.valToPos(chart.relative ? 100 * (value / chart.bases[0] - 1) : value, "y", true);

	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	ctx.fillStyle = color("--band");
	ctx.strokeStyle = color("--level");
	ctx.lineWidth = devicePixelRatio;
	for (const { from, to, first, last } of part.levels) {
		const left = x(from - .5), right = x(to - .5);

		if (right < bbox.left || left > bbox.left + bbox.width)
			continue;
		ctx.beginPath();
		for (const [at, value, sign] of part.noise === null ? [] : [[left, first, 1], [right, last, 1], [right, last, -1], [left, first, -1]])
			ctx.lineTo(at, y(noiseAround(part, value, sign)));
		ctx.fill();
		ctx.beginPath();
		ctx.moveTo(left, y(first));
		ctx.lineTo(right, y(last));
		ctx.stroke();
	}
	ctx.restore();
}

// Somebody wrote on that commit.
function drawFlag(u, at) {
	const { ctx, bbox } = u, left = u.valToPos(at, "x", true), size = 5 * devicePixelRatio, low = bbox.top + bbox.height;

	if (left < bbox.left || left > bbox.left + bbox.width)
		return;
	ctx.save();
	ctx.fillStyle = color("--second");
	ctx.beginPath();
	ctx.moveTo(left, low - 1.6 * size);
	ctx.lineTo(left + size, low);
	ctx.lineTo(left - size, low);
	ctx.fill();
	ctx.restore();
}

// Releases, by their places.
function tagsOf(chart) {
	const part = chart.parts[0];

	return chart.isThinned ? [...chart.runs.values()].filter(run => run.tag && run.machine === part.machine && run.branch === part.branch).map(run => [placeOf(chart, run.number), run.tag])
		: chart.place.runs.slice(0, chart.ended).map((run, at) => [at, chart.runs.get(run)?.tag]).filter(([, tag]) => tag);
}

function drawTags(u, chart) {
	for (const [at, tag] of chart.tags ??= tagsOf(chart))
		drawLine(u, at, color("--edge"), [], tag, true);
}

// From where the series ends to a run that is not in it yet.
function drawOpen(u, chart, one, at) {
	const { ctx } = u, from = chart.end - 1, [part] = chart.parts;
	const start = chart.relative ? 100 * (part.value / chart.bases[0] - 1) : part.value;
	const y = value => u.valToPos(value, "y", true), x = place => u.valToPos(place, "x", true);
	const value = chart.opened[0][chart.ended + at - chart.end];

	if (from < u.scales.x.min || at > u.scales.x.max + .5)
		return;
	ctx.save();
	ctx.strokeStyle = ctx.fillStyle = color("--second");
	ctx.lineWidth = 1.5 * devicePixelRatio;
	ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
	ctx.beginPath();
	ctx.moveTo(x(from), y(start));
	ctx.lineTo(x(at), y(value));
	ctx.stroke();
	ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
	ctx.textAlign = "right";
	ctx.fillText(one.branch.length > 40 ? `${one.branch.slice(0, 39)}…` : one.branch, x(at) - 8 * devicePixelRatio, y(value) - 8 * devicePixelRatio);
	ctx.restore();
}

function drawMarks(u, chart) {
	if (chart.parts.length > 1) {
		[...chart.notes.keys()].forEach(at => drawFlag(u, chart.place.x[at]));
		return;
	}
	const part = chart.parts[0];

	u.labels = [];
	if (chart.before.length)
		drawLine(u, 0, color("--dim"), [2, 3], `machine ${part.machine}`, true);
	for (const mark of part.marks)
		drawLine(u, mark.at - .5, color("--dim"), [2, 3], mark.kind === "machine" ? `machine ${mark.text}` : mark.text, true);
	for (const one of part.changes)
		drawLine(u, one.at - .5, color(isWorse(one.change_percent, part) ? "--bad" : "--accent"), one.maybe ? [4, 4] : [],
			`${percent(one.change_percent)}${one.maybe ? "?" : ""}`);
	for (const at of chart.notes.keys())
		drawFlag(u, chart.place.x[at]);
	drawTags(u, chart);
	chart.open.forEach((one, i) => drawOpen(u, chart, one, chart.end + i));
	drawLevel(u, chart, part.baseline, color("--dim"), "baseline");
	drawLevel(u, chart, part.budget_value, color("--bad"), `budget ${part.budget}`);
}

// --- what a point tells ---

function tellPoint(chart, at, hold) {
	const run = chart.runs.get(chart.place.runs[at]);
	const isOpen = at >= chart.ended, was = isOpen ? chart.parts[0].value : chart.raw[at - 1];
	const now = isOpen ? chart.open[at - chart.ended].value : chart.raw[at];
	const isBin = !isOpen && chart.width > 1;
	const moved = chart.parts.length === 1 && was > 0 && !isBin ? 100 * (now / was - 1) : NaN;
	const lines = isOpen ? [el("p", {}, el("b", {}, shownValue(chart, chart.opened[0][at])), ` on ${run.branch}`)] : chart.parts.map((part, i) => chart.values[i][at] !== null && el("p", {},
		chart.parts.length > 1 && el("span", { class: `swatch c${i % palette.length}` }),
		el("b", {}, shownValue(chart, chart.values[i][at])), chart.parts.length > 1 ? ` ${titleOf(part)}` : "")).filter(Boolean);
	const before = at > 0 && !isBin ? chart.runs.get(chart.place.runs[isOpen ? chart.ended - 1 : at - 1]) : null;

	return [...lines,
		isBin && el("p", {}, `the mean of ${Math.min(chart.width, chart.end - chart.place.x[at])}, ${shownValue(chart, chart.extremes[0][at])} to ${shownValue(chart, chart.extremes[1][at])}`),
		Number.isFinite(moved) && el("p", {}, `${percent(moved)} against ${isOpen ? `the newest of ${chart.parts[0].branch ?? "this series"}` : "its parent"}`),
		el("p", {}, isBin && "from ", el("code", {}, short(run.commit)), ` ${moment(run.time)}`, run.tag && `, ${run.tag}`),
		run.subject && el("p", { class: "subject" }, run.subject),
		run.author && el("p", { class: "dim" }, run.author),
		(chart.notes.get(at) ?? []).map(note => el("p", { class: "note" }, note.text, el("span", { class: "dim" }, ` ${note.author ?? ""}`))),
		hold && el("p", { class: "links" }, el("a", { href: runHash(run.number) }, run.explained ? "Run, and why it changed" : "Run"), " ",
			before && el("a", { href: compareHash(before.number, run.number) }, at >= chart.ended ? "Compare all" : "Compare with its parent"), " ",
			run.commit && mayWrite() && el("button", { type: "button", class: "quiet", click: () => writeNote(run.commit, aboutsOf(chart)) }, "Write a note"))].flat().filter(Boolean);
}

function placeTip(u, tip, at, value) {
	const left = u.valToPos(u.data[0][at], "x"), top = value === null ? 0 : u.valToPos(value, "y");
	const wide = tip.offsetWidth, high = tip.offsetHeight;

	tip.style.left = `${left + wide + 24 > u.over.clientWidth ? Math.max(0, left - wide - 12) : left + 12}px`;
	tip.style.top = `${Math.max(0, Math.min(u.over.clientHeight - high, top - high / 2))}px`;
}

function tips(chart) {
	const tip = el("div", { class: "tip", role: "status", hidden: true });
	let held = false, last = null;

	function fill(u, at) {
		tip.hidden = false;
		tip.classList.toggle("held", held);
		tip.replaceChildren(...tellPoint(chart, at, held));
		placeTip(u, tip, at, [...chart.values, ...chart.opened].map(column => column[at]).find(value => value !== null && value !== undefined) ?? null);
		last = at;
	}
	function hold(u, on) {
		held = on;
		if (last !== null && on)
			fill(u, last);
		else
			tip.hidden = true;
	}
	return {
		init(u) {
			let down = null;

			u.over.append(tip);
			tip.addEventListener("mousedown", event => event.stopPropagation());
			tip.addEventListener("click", event => event.stopPropagation());
			u.over.addEventListener("mousedown", event => { down = event.clientX; });
			u.over.addEventListener("click", event => {
				if (down !== null && Math.abs(event.clientX - down) < 4 && u.cursor.idx !== null) {
					held = false;
					fill(u, u.cursor.idx);
					hold(u, true);
				}
			});
		},
		moved(u) {
			if (held)
				return;
			if (u.cursor.idx === null || u.cursor.left < 0)
				tip.hidden = true;
			else
				fill(u, u.cursor.idx);
		},
		key(u, event) {
			const nr = chart.place.runs.length;
			const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];

			if (step) {
				held = false;
				fill(u, Math.max(0, Math.min(nr - 1, (last ?? nr - 1) + (last === null ? 0 : step))));
			} else if (event.key === "Enter" && last !== null) {
				hold(u, true);
				tip.querySelector("a")?.focus();
			} else if (event.key === "Escape") {
				hold(u, false);
			} else {
				return;
			}
			event.preventDefault();
		},
	};
}

// --- the chart ---

const xLabel = (chart, x) => Number.isInteger(x) && x >= 0 && x < chart.end + chart.open.length ? day(chart.runs.get(chart.place.runs[itemAt(chart, x)]).time).slice(2) : "";

const isDense = (u, from, to) => to - from > u.over.clientWidth;
const linePath = uPlot.paths.linear();
const pathUnlessDense = (u, at, from, to) => isDense(u, from, to) ? null : linePath(u, at, from, to);

// From the least to the largest of each column of pixels; each reaches to what is before it, as a line does.
function drawColumns(u, lows, highs, fill, least) {
	const { ctx, bbox, scales: { x: { min, max } } } = u, [from, to] = u.series[0].idxs, wide = Math.max(1, Math.round(devicePixelRatio));
	const place = at => bbox.left + wide * Math.floor((u.data[0][at] - min) / (max - min) * bbox.width / wide), y = value => Math.round(u.valToPos(value, "y", true));
	let column = null, low = Infinity, high = -Infinity, before = null;
	const end = () => column !== null && ctx.fillRect(column, y(high), wide, Math.max(least, y(low) - y(high)));

	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	ctx.fillStyle = fill;
	for (let at = from; at <= to; at++) {
		if (lows[at] === null || lows[at] === undefined)
			continue;
		const here = place(at);

		if (here !== column) {
			end();
			[column, low, high] = [here, before ?? lows[at], before ?? highs[at]];
		}
		[low, high, before] = [Math.min(low, lows[at]), Math.max(high, highs[at]), lows === highs ? lows[at] : null];
	}
	end();
	ctx.restore();
}

// A line through more points than pixels costs a browser more than a frame; a series that is thinned has its extremes behind.
function drawDense(u, chart, at) {
	const [from, to] = u.series[0].idxs, values = chart.values[at];

	if (!values)
		return;
	if (chart.width > 1)
		drawColumns(u, ...chart.extremes, color("--spread"), 1);
	if (isDense(u, from, to) && to > from)
		drawColumns(u, values, values, seriesColor(chart, at), Math.round(1.5 * devicePixelRatio));
}

function chartOptions(chart, tip, size, zoom) {
	const around = chart.around.length;
	const axis = { stroke: color("--dim"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };

	return {
		...size, legend: { show: false },
		cursor: { drag: { x: true, y: false }, points: { size: (u, at) => at > around && at <= around + chart.parts.length + chart.opened.length ? 7 : 0 }, y: false, bind: zoom.bind },
		scales: { x: { time: false }, y: { distr: chart.log ? 3 : 1 } },
		axes: [
			{ ...axis, space: 90, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000], values: (u, splits) => splits.map(at => xLabel(chart, at)), grid: { show: false }, size: 36 },
			{ ...axis, size: 84, values: (u, splits) => chart.log ? splits.map(value => value === null ? "" : shownValue(chart, value)) : amounts(splits, chart.relative ? "%" : chart.parts[0].unit) },
		],
		series: [{},
			...chart.around.map(() => ({ paths: () => null, points: { show: false } })),
			...chart.parts.map((part, at) => ({ stroke: seriesColor(chart, at), width: 1.5, spanGaps: true, paths: pathUnlessDense, points: { size: 4, fill: seriesColor(chart, at) } })),
			...chart.opened.map(() => ({ stroke: "transparent", points: { show: true, size: 8, stroke: color("--second"), fill: color("--ground"), width: 2 } })),
			...chart.extremes.map(() => ({ paths: () => null, points: { show: false } }))],
		hooks: {
			init: [u => tip.init(u), u => zoom.init(u)],
			setCursor: [u => tip.moved(u)],
			setScale: [(u, key) => key === "x" && zoom.scaled()],
			drawAxes: [u => drawLevels(u, chart)],
			drawSeries: [(u, at) => drawDense(u, chart, at - 1 - around)],
			draw: [u => drawMarks(u, chart)],
		},
	};
}

function inWords(chart) {
	const part = chart.parts[0];

	return `${chart.parts.map(titleOf).join(", ")}: ${part.nr_points} values, from ${amount(part.points.value[0], part.unit)} to ${amount(part.value, part.unit)}; ` +
		`${part.changes.length} changes. The arrow keys go from point to point, Enter holds one; plus, minus and zero zoom, with Shift the arrow keys move.`;
}

function drawChart(chart, query, ranged, again) {
	const box = el("div", { class: "chart", tabindex: "0", role: "img", "aria-label": inWords(chart) });
	const tip = tips(chart), zoom = zooms(chart, settled, again);
	const size = () => ({ width: Math.max(280, box.clientWidth), height: innerWidth < 640 ? 280 : 380 });
	let u;

	function settled(min, max) {
		const { x, runs } = chart.place, whole = min < .5 && max > (chart.width > 1 ? x.at(-1) : zoom.last()) - .5;
		const low = x[itemAt(chart, min)] < min ? itemAt(chart, min) + 1 : itemAt(chart, min), high = itemAt(chart, max);

		note({ from: whole ? "" : runs[low], to: whole ? "" : runs[high] });
		ranged(whole || high <= low ? null : [low, high]);
	}
	document.getElementById("content").addEventListener("shown", () => {
		const from = placeOf(chart, Number(query.get("from"))), to = placeOf(chart, Number(query.get("to")));

		u = new uPlot(chartOptions(chart, tip, size(), zoom), chart.data, box);
		if (from >= 0 && to > from)
			zoom.start(from, to);
		const observer = new ResizeObserver(() => u.setSize(size()));

		observer.observe(box);
		whenLeft(() => {
			observer.disconnect();
			zoom.end();
			u.destroy();
		});
	}, { once: true });
	box.addEventListener("keydown", event => zoom.key(event) || tip.key(u, event));
	box.zoom = zoom;
	return box;
}

// --- a range ---

const middle = values => [...values].sort((a, b) => a - b)[values.length >> 1];

function rangeOf(chart, [low, high]) {
	const first = chart.runs.get(chart.place.runs[low]), last = chart.runs.get(chart.place.runs[high]);
	const values = chart.raw.slice(low, high + 1), nr = Math.min(chart.end, chart.place.x[high] + chart.width) - chart.place.x[low];
	const known = [first, last].every(run => /^[0-9a-f]+$/i.test(run.commit ?? ""));
	const moved = chart.parts.length === 1 && values.length > 1 ? 100 * (middle(values.slice(-3)) / middle(values.slice(0, 3)) - 1) : NaN;

	return [
		el("h2", {}, `${short(first.commit)} to ${short(last.commit)}`),
		el("p", {}, `${nr} points, ${day(first.time)} to ${day(last.time)}`, Number.isFinite(moved) && ": ",
			Number.isFinite(moved) && el("b", { class: toneOf(moved, chart.parts[0], .5) }, percent(moved)), ". ",
			el("a", { href: compareHash(first.number, last.number) }, "Compare all benchmarks of the two"), ". ",
			el("button", { type: "button", class: "quiet", click: () => change({ from: "", to: "" }) }, "Show all")),
		known && el("p", {}, "Which commit was it?"),
		known && copyable(`benchgate bisect --good ${first.commit} --bad ${last.commit} -- ${quoted(chart.parts[0].benchmark)}`),
	].filter(Boolean);
}

// --- what leaves the page ---

function inSight(chart) {
	const { query } = address();
	const from = placeOf(chart, Number(query.get("from"))), to = placeOf(chart, Number(query.get("to")));

	return from >= 0 && to > from ? [itemAt(chart, from), itemAt(chart, to)] : [0, chart.place.runs.length - 1];
}

// A spreadsheet takes no text for a formula.
const cell = value => `"${String(value ?? "").replace(/^[=+\-@\t]/, "'$&").replaceAll('"', '""')}"`;

async function asCsv(seen) {
	const all = inSight(seen), chart = seen.width > 1 ? { ...seen, ...prepare(seen.parts, seen.runs, address().query, [], await loadSlice(seen.parts[0], seen.place.x[all[0]], seen.place.x[all[1]])) } : seen;
	const [low, high] = chart === seen ? all : [seen.place.x[all[0]] - chart.place.x[0], Math.min(chart.end - 1, seen.place.x[all[1]] + seen.width - 1) - chart.place.x[0]];
	const rows = [["commit", "time", "machine", ...chart.parts.map(part => `${titleOf(part)} [${chart.relative ? "%" : part.unit}]`)].map(cell).join(",")];

	for (let at = low; at <= high; at++) {
		const run = chart.runs.get(chart.place.runs[at]);

		rows.push([cell(run.commit), cell(run.time), cell(run.machine), ...chart.values.map(column => column[at] ?? "")].join(","));
	}
	return `${rows.join("\n")}\n`;
}

function asSvg(chart) {
	const [low, high] = inSight(chart), wide = 720, tall = 240;
	const values = chart.values.flatMap(column => column.slice(low, high + 1)).filter(value => value !== null);
	const least = Math.min(...values), most = Math.max(...values);
	const x = at => 10 + (wide - 20) * (at - low) / Math.max(1, high - low), y = value => tall - 10 - (tall - 50) * (value - least) / (most - least || 1);
	const svg = el("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${wide} ${tall}`, "font-family": "system-ui, sans-serif", "font-size": 12 },
		el("text", { x: 10, y: 20, fill: "#444" }, `${chart.parts.map(titleOf).join(", ")}: ${shownValue(chart, least)} to ${shownValue(chart, most)}`),
		chart.values.map((column, i) => el("polyline", { fill: "none", stroke: ["#2563a8", "#b45309", "#0f766e", "#7c3aed", "#9d174d", "#4d7c0f"][i % 6], "stroke-width": 1.5,
			points: column.map((value, at) => at >= low && at <= high && value !== null ? `${x(at).toFixed(1)},${y(value).toFixed(1)}` : "").join(" ").replace(/ +/g, " ") })));

	return new XMLSerializer().serializeToString(svg);
}

// --- controls ---

// What benchmarks that differ in their parameters alone have in common: numbers, what stands in brackets, values behind = or :
const variantName = name => name.replace(/\[[^\]]*\]|<[^>]*>|\{[^}]*\}|\([^)]*\)/g, "#").replace(/([=:])[^/,;]+/g, "$1#").replace(/\d+(\.\d+)?[a-zA-Z]{0,2}(?![a-zA-Z0-9])/g, "#");

const variantsOf = (first, rows) => rows.filter(row => variantName(row.benchmark) === variantName(first.benchmark) &&
	["metric", "unit", "machine", "in_turn"].every(key => row[key] === first[key]) && (row.branch ?? "") === (first.branch ?? ""));

function controls(parts, query, rows) {
	const first = parts[0], keys = parts.map(keyOf);
	const instead = key => change({ k: [key, ...keys.slice(1)], s: "", from: "", to: "" });
	const others = [first, ...first.others];
	const metrics = others.filter(one => one.machine === first.machine && (one.branch ?? "") === (first.branch ?? "") && one.in_turn === first.in_turn);
	const places = others.filter(one => one.metric === first.metric && one.unit === first.unit);
	const known = el("datalist", { id: "known" }, uniq(rows.map(titleOf)).slice(0, 2000).map(name => el("option", { value: name })));
	const add = name => {
		const found = rows.find(row => titleOf(row) === name && row.machine === first.machine) ?? rows.find(row => titleOf(row) === name);

		if (found && !keys.includes(keyOf(found)))
			change({ k: [...keys, keyOf(found)], s: "", from: "", to: "" });
	};
	const variants = variantsOf(first, rows).slice(0, 12), isAlone = keys.length === 1 && variants.length > 1;
	const beside = first.others.filter(one => !keys.includes(keyOf(one)));

	return el("form", { class: "filters", submit: event => event.preventDefault() },
		metrics.length > 1 && choice("Metric", metrics.map(one => [keyOf(one), one.metric]), keyOf(first), null, instead),
		places.length > 1 && choice("Where", places.map(one => [keyOf(one), whereOf(one)]), keyOf(first), null, instead),
		choice("Values", [["", "absolute"], ["relative", "relative"]], query.get("values") ?? "", null, value => change({ values: value })),
		choice("Scale", [["", "linear"], ["log", "log"]], query.get("scale") ?? "", null, value => change({ scale: value })),
		beside.length > 0 && choice("Beside", beside.map(one => [keyOf(one), `${one.metric}, ${whereOf(one)}`]), "", "add a variant", value => value && change({ k: [...keys, value], s: "", from: "", to: "" })),
		el("label", {}, el("span", {}, "And"), el("input", { list: "known", placeholder: "add a benchmark", change: event => add(event.target.value) }), known),
		isAlone && el("button", { type: "button", click: () => change({ k: [keys[0], ...variants.map(keyOf).filter(key => key !== keys[0])], s: "", from: "", to: "" }) }, `All ${variants.length} variants`));
}

function legend(parts) {
	const keys = parts.map(keyOf);

	return parts.length > 1 && el("ul", { class: "legend" }, parts.map((part, at) => el("li", {}, el("span", { class: `swatch c${at % palette.length}` }), `${titleOf(part)} `,
		el("span", { class: "dim" }, whereOf(part)), " ",
		el("button", { type: "button", class: "quiet", "aria-label": `Take ${titleOf(part)} out`, click: () => change({ k: keys.filter((key, i) => i !== at), s: "", from: "", to: "" }) }, "×"))));
}

// All points, of a series with too many the newest; made when they are asked for.
function points(chart) {
	const part = chart.parts[0], isThinned = part.points.width > 1;
	const box = el("details", { toggle: async () => {
		if (!box.open || box.childElementCount > 1)
			return;
		const all = isThinned ? await loadSlice(part, part.nr_points - 1, part.nr_points - 1) : part.points;
		const rows = all.run.map((run, at) => ({ run: chart.runs.get(run), value: all.value[at], error: all.error_percent[at] })).reverse();

		box.append(table([
			{ title: "Commit", keep: true, of: row => el("a", { href: runHash(row.run.number) }, short(row.run.commit)) },
			{ title: "Time", keep: true, key: row => row.run.time, of: row => moment(row.run.time) },
			{ title: "Value", number: true, key: row => row.value, of: row => amount(row.value, part.unit) },
			{ title: "Standard error", number: true, wide: true, key: row => row.error, of: row => plain(row.error) },
			{ title: "Subject", wide: true, of: row => row.run.subject ?? "" },
		], rows, { most: 50 }));
	} }, el("summary", {}, isThinned ? "The newest values" : "All values"));

	return box;
}

function findings(part) {
	const shown = part.findings.filter(one => one.recent).concat(part.findings.filter(one => !one.recent));

	return shown.length > 0 && el("section", {}, el("h2", {}, "What the history says"), el("ul", { class: "findings" },
		shown.map(one => el("li", { class: one.recent ? null : "dim" }, one.text, one.command && copyable(one.command)))));
}

// --- what people say ---

const commitsOf = chart => chart.place.runs.map(run => chart.runs.get(run)).filter(run => run?.commit);
const aboutsOf = chart => [...chart.parts.map(part => [titleOf(part), { benchmark: part.benchmark, metric: part.metric }]), ["the whole commit", {}]];

// Those on commits of the chart; and by the place of their point, for the marks and the tips.
function notesIn(chart, written) {
	const at = new Map();
	const commits = new Map(chart.isThinned && written.length ? [...chart.runs.values()].filter(run => run.machine === chart.parts[0].machine && run.branch === chart.parts[0].branch)
		.map(run => [run.commit, itemAt(chart, placeOf(chart, run.number))]) : chart.place.runs.map((run, i) => [chart.runs.get(run)?.commit, i]));
	const notes = written.filter(note => commits.has(note.commit) && chart.parts.some(part => isNoteOn(note, part)));

	for (const note of notes)
		at.set(commits.get(note.commit), [...(at.get(commits.get(note.commit)) ?? []), note]);
	chart.notes = at;
	return notes;
}

function alertsOf(part, changes, notes) {
	const standing = changes.filter(row => row.alert && row.series === part.series);

	return standing.length > 0 && (isLive || standing.some(row => notes.has(row.alert))) && el("section", {}, el("h2", {}, "What becomes of it"), el("ul", {}, standing.map(row =>
		el("li", {}, `${percent(row.change_percent)} since ${short(row.commit)} of ${day(row.time)}: `, alertMark(row, notes)))));
}

// The same on machines that measured before, and do so no longer: for a week while this one did. [series, newest run of its machine]
function machinesBefore(part, runs) {
	const [first, last] = [part.points.run[0], part.points.run.at(-1)].map(number => runs.get(number).seconds), spans = new Map();

	for (const run of runs.values())
		if (run.machine !== part.machine && run.branch === part.branch)
			spans.set(run.machine, { first: spans.get(run.machine)?.first ?? run, last: run });
	return part.others.filter(one => spans.has(one.machine) && ["metric", "unit", "branch", "in_turn"].every(key => one[key] === part[key]))
		.map(one => [one, spans.get(one.machine)]).filter(([, span]) => span.first.seconds < first && (span.last.seconds <= first || span.last.seconds < last - 7 * 86400)).map(([one, span]) => [one, span.last]);
}

// One click shows both.
const beforeOf = (part, before) => before.length > 0 && el("p", {}, "Another machine measured it before: ", before.slice(-3).map(([one, run], at) => [at > 0 && ", ",
	el("a", { href: hashOf("series", { k: [keyOf(part), keyOf(one)] }) }, `${one.machine} until ${day(run.time)}`)]), ".");

pages.series = async query => {
	const [parts, runs, { rows }, written, alerts, { changes }] = await Promise.all([findSeries(query), loadRuns(), load("overview"), loadNotes("annotation"), loadAlertNotes(), load("changes")]);
	const chart = prepare(parts, runs, query, parts.length === 1 ? await loadOpen(parts[0], runs) : []);
	const notes = notesIn(chart, written);

	chart.before = parts.length === 1 ? machinesBefore(parts[0], runs) : [];
	// Other points in the same chart.
	const again = slice => {
		Object.assign(chart, { tags: null }, prepare(parts, runs, query, chart.open, slice));
		notesIn(chart, written);
	};
	const range = el("section", { class: "range", "aria-live": "polite" });
	const ranged = ends => range.replaceChildren(...(ends ? rangeOf(chart, ends) : []));
	const box = drawChart(chart, query, ranged, again);
	const part = parts[0], row = rows.find(one => one.series === part.series);

	return [
		el("h1", {}, parts.map(titleOf).join(", ")),
		el("p", { class: "lead" }, amount(part.value, part.unit), " ",
			row && Number.isFinite(row.change_percent) && el("span", { class: toneOf(row.change_percent, row, 3 * row.noise_percent) }, `${percent(row.change_percent)} in 14 days`),
			row && ", ", row && stateMark(row.state), `, ${whereOf(part)}`),
		controls(parts, query, rows),
		legend(parts),
		box,
		el("p", { class: "hint dim zooms" }, el("span", {}, `Drag to zoom, double-click for all, click to hold a point. The band is the noise around each level${chart.isThinned ? "; behind the mean is all from the least to the largest value" : ""}.`),
			el("span", {}, [["Zoom in", .5], ["Zoom out", 2], ["Show all", Infinity]].map(([title, by]) => el("button", { type: "button", class: "quiet", click: () => box.zoom.by(by) }, title)))),
		beforeOf(part, chart.before),
		range,
		parts.length === 1 && findings(part),
		parts.length === 1 && alertsOf(part, changes, alerts),
		noteSection(notes, runs, () => writeNote(commitsOf(chart).at(-1)?.commit, aboutsOf(chart), commitsOf(chart))),
		points(chart),
		el("details", {}, el("summary", {}, "Take it with you"), el("p", {},
			el("button", { type: "button", click: async () => download("series.csv", "text/csv", await asCsv(chart)) }, "CSV of what is seen"), " ",
			el("button", { type: "button", click: () => download("series.svg", "image/svg+xml", asSvg(chart)) }, "SVG of what is seen")),
			row && el("p", {}, "A small picture that stays up to date: ", el("a", { href: `spark/${part.series}.svg` }, `spark/${part.series}.svg`)),
			row && location.protocol !== "file:" && copyable(`![${titleOf(part).replace(/[[\]]/g, "")}](${new URL(`spark/${part.series}.svg`, location.href.split("#")[0])})`)),
	];
};

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => address().page === "series" && show());
