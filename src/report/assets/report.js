// SPDX-License-Identifier: MIT-0
// The page of the html report: sorting, filtering, and the plots of a row that is unfolded. What comes from outside gets
// into the page as text only.
"use strict";

(() => {
	const all = JSON.parse(document.getElementById("data").textContent).comparisons;
	const table = document.getElementById("comparisons");

	if (!table)
		return;

	const bodies = [...table.tBodies];
	const charts = new Map(); // of an open body, its plots

	// Numbers as the program writes them

	const steps = {
		ns: [[1e9, " s"], [1e6, " ms"], [1e3, " us"], [1, " ns"]],
		B: [[1e9, " GB"], [1e6, " MB"], [1e3, " kB"], [1, " B"]],
		"": [[1e9, " G"], [1e6, " M"], [1e3, " k"], [1, ""]],
	};

	// All that stand beside each other are in the unit of the largest, with figures enough to tell them apart.
	function scaleOf(values, unit) {
		const most = Math.max(...values.map(Math.abs));
		const [factor, name] = (steps[unit] || [[1, " " + unit]])
			.find(([factor], i, rows) => most >= 0.9995 * factor || i === rows.length - 1);
		const span = Math.max(...values) - Math.min(...values);
		const figures = span > 0 ? Math.ceil(Math.log10(most / span)) + 2 : 3;

		return value => (value / factor).toLocaleString("en", {
			maximumSignificantDigits: Math.min(Math.max(figures, 3), 9),
			useGrouping: false,
		}) + name;
	}

	function percent(ratio) {
		const pct = 100 * ratio;
		const size = Math.abs(pct);

		if (size < 1e-12)
			return "0 %";
		return (pct > 0 ? "+" : "\u2212") +
			(size >= 0.05 ? size.toFixed(size >= 99.95 ? 0 : 1) : size.toPrecision(1)) + " %";
	}

	const onAxis = ratio => (ratio > 0 ? "+" : ratio < 0 ? "\u2212" : "") + Math.abs(Number((100 * ratio).toPrecision(6))) + " %";

	const isNumber = value => typeof value === "number";

	// Sorting: what has no key goes last either way.

	function keyOf(body, column) {
		const cell = body.rows[0].cells[column];

		if (cell.dataset.key !== undefined)
			return Number(cell.dataset.key);
		return column === 0 ? cell.textContent : null;
	}

	function compare(a, b, sign) {
		if (a === null || b === null)
			return (a === null) - (b === null);
		return sign * (isNumber(a) ? a - b : a.localeCompare(b, "en", { numeric: true }));
	}

	function sortBy(heading) {
		const column = heading.cellIndex;
		// Names from the first, figures from the largest
		const first = column === 0 ? "ascending" : "descending";
		const second = column === 0 ? "descending" : "ascending";
		const order = heading.getAttribute("aria-sort") === first ? second : first;
		const sign = order === "ascending" ? 1 : -1;
		const rows = bodies.map(body => ({ body, key: keyOf(body, column) }));

		for (const other of table.querySelectorAll("thead [aria-sort]"))
			other.setAttribute("aria-sort", other === heading ? order : "none");
		rows.sort((a, b) => compare(a.key, b.key, sign));
		table.append(...rows.map(row => row.body));
	}

	// Filtering

	const name = document.getElementById("name");
	const tier = document.getElementById("tier");
	const shown = document.getElementById("shown");

	function filter() {
		const wanted = name.value.trim().toLowerCase();
		const word = document.querySelector("input[name=word]:checked").value;
		let nr = 0;

		for (const body of bodies) {
			body.hidden = !all[body.dataset.at].name.toLowerCase().includes(wanted) ||
				(word && word !== body.dataset.word) ||
				(tier.value && tier.value !== body.dataset.tier);
			nr += !body.hidden;
		}
		shown.textContent = `${nr} of ${bodies.length} shown`;
	}

	// Plots

	const color = of => getComputedStyle(document.documentElement).getPropertyValue("--" + of).trim();

	function add(parent, element, text) {
		const child = document.createElement(element);

		child.textContent = text || "";
		parent.append(child);
		return child;
	}

	const line = (label, points, style) => ({
		type: "line", label, data: points, borderColor: color("dim"), borderWidth: 1, ...style,
	});

	const dots = (label, points, style) => ({
		type: "scatter", label, data: points, pointRadius: 4, borderWidth: 1.5, ...style,
	});

	const upright = (x, height) => [{ x, y: -height }, { x, y: height }];

	// uPlot has the axes; what stands between them is drawn here, for a plot has dots and lines of many kinds.

	function endsOf(axis, values) {
		const known = values.filter(isNumber);
		const low = axis.min ?? Math.min(axis.suggestedMin ?? Infinity, ...known);
		const high = axis.max ?? Math.max(axis.suggestedMax ?? -Infinity, ...known);
		const margin = axis.grace ? (high - low) * 0.05 || Math.abs(high) * 0.01 || 1 : 0;

		return [low - (axis.min === undefined ? margin : 0), high + (axis.max === undefined ? margin : 0)];
	}

	function shapeOf(style, x, y, radius) {
		const path = new Path2D();

		if (style === "triangle" || style === "rectRot" || style === "rect") {
			const corners = { triangle: [[0, -1], [0.87, 0.5], [-0.87, 0.5]], rectRot: [[0, -1], [1, 0], [0, 1], [-1, 0]],
				rect: [[-0.7, -0.7], [0.7, -0.7], [0.7, 0.7], [-0.7, 0.7]] }[style];

			corners.forEach(([right, down], i) => path[i ? "lineTo" : "moveTo"](x + right * radius, y + down * radius));
			path.closePath();
		} else if (style === "star") {
			for (const [right, down] of [[1, 0], [0, 1], [0.7, 0.7], [0.7, -0.7]]) {
				path.moveTo(x - right * radius, y - down * radius);
				path.lineTo(x + right * radius, y + down * radius);
			}
		} else {
			path.arc(x, y, radius, 0, 2 * Math.PI);
		}
		return path;
	}

	function drawDots(ctx, set, place, scale) {
		for (const point of set.data) {
			const [x, y] = place(point);
			const shape = shapeOf(set.pointStyle, x, y, set.pointRadius * scale);

			ctx.fillStyle = set.backgroundColor;
			if (set.backgroundColor !== "transparent" && set.pointStyle !== "star")
				ctx.fill(shape);
			ctx.stroke(shape);
		}
	}

	const pathOf = points => {
		const path = new Path2D();

		points.forEach(([x, y], i) => path[i ? "lineTo" : "moveTo"](x, y));
		return path;
	};

	function drawSet(ctx, set, next, place, scale) {
		ctx.save();
		ctx.strokeStyle = set.borderColor;
		ctx.lineWidth = set.borderWidth * scale;
		ctx.setLineDash((set.borderDash || []).map(length => length * scale));
		if (set.type === "scatter") {
			drawDots(ctx, set, place, scale);
		} else {
			const points = set.data.map(place);

			if (set.fill) {
				ctx.fillStyle = set.backgroundColor;
				ctx.fill(pathOf([...points, ...next.data.map(place).reverse()]));
			}
			if (set.borderWidth)
				ctx.stroke(pathOf(points));
		}
		ctx.restore();
	}

	// The first sets are uppermost.
	function drawSets(u, sets) {
		const { ctx, bbox } = u;
		const place = point => [u.valToPos(point.x, "x", true), u.valToPos(point.y, "y", true)];

		ctx.save();
		ctx.beginPath();
		ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
		ctx.clip();
		for (let i = sets.length; i-- > 0;)
			drawSet(ctx, sets[i], sets[i + 1], place, devicePixelRatio);
		ctx.restore();
	}

	function sampleOf(set) {
		const key = document.createElement("canvas"), scale = devicePixelRatio;
		const ctx = key.getContext("2d");
		const lined = set.type === "line";

		key.width = 18 * scale;
		key.height = 12 * scale;
		key.setAttribute("aria-hidden", "true");
		drawSet(ctx, { ...set, fill: false, pointRadius: Math.min(4, set.pointRadius), data: lined ? [{ x: 0, y: 6 }, { x: 18, y: 6 }] : [{ x: 9, y: 6 }] }, null,
			point => [point.x * scale, point.y * scale], scale);
		return key;
	}

	function addLegend(figure, sets) {
		const list = add(figure, "p");

		list.className = "keys";
		for (const set of sets.filter(set => set.label)) {
			const item = add(list, "span");

			item.append(sampleOf(set), set.label);
		}
	}

	// What the nearest dot says, as far as one is near
	function tellNearest(u, sets, tip) {
		const { left, top } = u.cursor;
		let best = null, least = 18;

		for (const point of left < 0 ? [] : sets.flatMap(set => set.data).filter(point => point.says)) {
			const far = Math.hypot(u.valToPos(point.x, "x") - left, u.valToPos(point.y, "y") - top);

			if (far < least)
				[best, least] = [point, far];
		}
		tip.hidden = !best;
		if (!best)
			return;
		tip.textContent = best.says;
		tip.style.left = `${Math.max(0, Math.min(u.over.clientWidth - tip.offsetWidth, u.valToPos(best.x, "x") + 10))}px`;
		tip.style.top = `${Math.max(0, u.valToPos(best.y, "y") - tip.offsetHeight - 8)}px`;
	}

	function axisOf(axis, side) {
		const most = axis.ticks?.maxTicksLimit, places = axis.places;

		return {
			show: axis.display !== false, side, stroke: color("dim"), font: "12px system-ui, sans-serif", ticks: { show: false },
			grid: { show: axis.grid?.display !== false, stroke: color("line"), width: 1 },
			...(side === 3 ? { size: 76 } : { size: 32 }),
			...(places ? { splits: () => places.map(place => place.value) } : most ? { space: side === 3 ? 34 : 90 } : {}),
			values: (u, splits) => splits.map((value, i) => places ? places[i].label ?? String(value) : axis.ticks.callback(value)),
		};
	}

	// Beneath its title, and told in words to who does not see it
	function draw(place, plot) {
		const figure = add(place, "figure");

		add(figure, "figcaption", plot.title);
		const frame = add(figure, "div"), tip = document.createElement("div");
		frame.className = plot.low ? "plot low" : "plot";
		tip.className = "tip";
		tip.hidden = true;
		const all = plot.datasets.flatMap(set => set.data);
		const x = endsOf(plot.x, all.map(point => point.x)), y = endsOf(plot.y, all.map(point => point.y));
		const size = () => ({ width: frame.clientWidth, height: frame.clientHeight });
		const chart = new uPlot({
			...size(), legend: { show: false },
			cursor: { x: false, y: false, points: { show: false }, drag: { x: false, y: false } },
			scales: { x: { time: false, range: () => x }, y: { range: () => y } },
			axes: [axisOf(plot.x, 2), axisOf(plot.y, 3)],
			series: [{}, { show: true, stroke: "transparent", points: { show: false } }],
			hooks: { draw: [u => drawSets(u, plot.datasets)], setCursor: [u => tellNearest(u, plot.datasets, tip)] },
		}, [x, y], frame);
		const observer = new ResizeObserver(() => frame.clientWidth && chart.setSize(size()));

		chart.over.append(tip);
		chart.ctx.canvas.setAttribute("role", "img");
		chart.ctx.canvas.setAttribute("aria-label", plot.words);
		addLegend(figure, plot.datasets);
		observer.observe(frame);
		return { destroy: () => { observer.disconnect(); chart.destroy(); } };
	}

	// Of base and head alike: where they are, in what look, what they come to

	function sessionOf(sessions, at) {
		let end = 0;

		return (sessions || []).findIndex(session => at < (end += session.values));
	}

	function pointsOf(it, side, left) {
		const values = it[side];

		return values.map((value, i) => {
			const session = side === "base" ? sessionOf(it.sessions, i) : -1;
			const of = session < 0 ? "" : `, session of ${it.sessions[session].of.replace("T", " ").slice(0, 16)}`;

			return {
				x: left + 0.06 + 0.88 * (i + 0.5) / values.length,
				y: value,
				odd: session % 2 === 1,
				first: side === "head" && i < (it.screened || 0),
				says: `${side}, process ${i + 1}${of}: ${it.write(value)}`,
			};
		});
	}

	const apart = (points, test) => [points.filter(point => !test(point)), points.filter(test)];

	// The geometric mean as a line across its side, the interval as a band
	function estimateOf(it, side, left) {
		const estimate = it[side + "_estimate"];
		const across = y => [{ x: left + 0.04, y }, { x: left + 0.96, y }];

		if (!estimate)
			return [];
		const mean = line("", across(estimate.value), { borderColor: color(side), borderWidth: 2 });
		if (!isNumber(estimate.low))
			return [mean];
		return [
			mean,
			line("", across(estimate.low), { borderWidth: 0, fill: "+1",
				backgroundColor: color(side === "head" ? "band" : "base-band") }),
			line("", across(estimate.high), { borderWidth: 0 }),
		];
	}

	function sideOf(it, side, left) {
		const style = { borderColor: color(side), pointStyle: side === "base" ? "circle" : "triangle" };
		const filled = { ...style, backgroundColor: color(side) };
		const hollow = { ...style, backgroundColor: "transparent" };
		const points = pointsOf(it, side, left);

		if (side === "base") {
			const [even, odd] = apart(points, point => point.odd);
			return [dots("base", even, filled), dots(odd.length ? "base, every other session" : "", odd, hollow),
				...estimateOf(it, side, left)];
		}
		const [counted, first] = apart(points, point => point.first);
		return [dots("head", counted, filled), dots(first.length ? "head, first look" : "", first, hollow),
			...estimateOf(it, side, left)];
	}

	function wordsOf(it, side) {
		const estimate = it[side + "_estimate"];
		const values = it[side];

		if (!values || !values.length)
			return "";
		return ` ${side}: ${values.length} processes from ${it.write(Math.min(...values))} to ` +
			it.write(Math.max(...values)) + (estimate ? `, mean ${it.write(estimate.value)}` : "") +
			(estimate && isNumber(estimate.low)
				? ` (95 %: ${it.write(estimate.low)} to ${it.write(estimate.high)})` : "") + ".";
	}

	function plotValues(it) {
		const sides = ["base", "head"].filter(side => it[side] && it[side].length);
		const places = sides.map((side, i) => ({ value: i + 0.5,
			label: `${side}, ${it[side].length} processes` }));
		const banded = sides.some(side => isNumber(it[side + "_estimate"]?.low));
		const budget = isNumber(it.limit)
			? [line("budget", [{ x: 0, y: it.limit }, { x: sides.length, y: it.limit }], { borderDash: [6, 4],
				borderColor: color("text") })] : [];

		return {
			title: "Values of the processes, in the order taken; the line is their geometric mean" +
				(banded ? ", the band its 95 % interval" : ""),
			words: `Values of the processes of ${it.name}.` + sides.map(side => wordsOf(it, side)).join("") +
				(budget.length ? ` Budget: ${it.write(it.limit)}.` : ""),
			datasets: [...sides.flatMap((side, i) => sideOf(it, side, i)), ...budget],
			x: {
				min: 0, max: sides.length, grid: { display: false },
				places,
			},
			y: { grace: "5%", ticks: { maxTicksLimit: 7, callback: value => it.write(value) } },
		};
	}

	// The same worsening and bettering, as changes
	const worse = (it, ratio) => it.more_is_better ? 1 / (1 + ratio) - 1 : ratio;
	const better = (it, ratio) => it.more_is_better ? ratio : 1 / (1 + ratio) - 1;

	function marksOf(it, uprights) {
		const marks = uprights(0, "no change", { borderColor: color("dim"), borderWidth: 1 });

		if (isNumber(it.threshold))
			marks.push(
				...uprights(worse(it, it.threshold), `threshold (dashed): ${percent(worse(it, it.threshold))}`,
					{ borderDash: [6, 4], borderColor: color("text"), borderWidth: 1.5 }),
				...uprights(better(it, it.threshold), "", { borderDash: [6, 4] }));
		if (isNumber(it.target))
			marks.push(...uprights(worse(it, it.target), `target (dotted): ${percent(worse(it, it.target))}`,
				{ borderDash: [2, 3], borderColor: color("text"), borderWidth: 1.5 }));
		return marks;
	}

	function rangeOf(values) {
		const low = Math.min(0, ...values);
		const high = Math.max(0, ...values);
		const margin = (high - low) * 0.08 || 0.01;

		return { suggestedMin: low - margin, suggestedMax: high + margin };
	}

	function limitsOf(it) {
		return isNumber(it.threshold)
			? [worse(it, it.threshold), better(it, it.threshold), worse(it, it.target)] : [];
	}

	function wordsOfLimits(it) {
		return isNumber(it.threshold)
			? ` Threshold: ${percent(worse(it, it.threshold))}; target: ${percent(worse(it, it.target))}.`
			: "";
	}

	function plotChange(it) {
		const known = isNumber(it.low) && isNumber(it.high);
		const interval = known ? `, 95 % interval ${percent(it.low)} to ${percent(it.high)}` : "";
		const side = it.more_is_better ? "left" : "right";

		return {
			title: `Change, and its 95 % interval; worse to the ${side}`,
			low: true,
			words: `Change of ${it.name}: ${percent(it.change)}${interval}.${wordsOfLimits(it)}`,
			datasets: [
				dots(`change: ${percent(it.change)}`, [{ x: it.change, y: 0,
					says: `change ${percent(it.change)}${interval}` }],
				{ pointRadius: 6, backgroundColor: color("head"), borderColor: color("ground") }),
				...(known ? [line("95 % interval", [{ x: it.low, y: 0 }, { x: it.high, y: 0 }], { borderWidth: 4,
					borderColor: color("head") })] : []),
				...marksOf(it, (x, label, style) => [line(label, upright(x, 1), style)]),
			],
			x: { ...rangeOf([it.change, ...(known ? [it.low, it.high] : []), ...limitsOf(it)]),
				ticks: { maxTicksLimit: 7, callback: onAxis } },
			y: { min: -1, max: 1, display: false },
		};
	}

	function plotDuets(it) {
		const duets = it.duets.map((duet, i) => ({ ...duet, nr: i + 1 })).filter(duet => isNumber(duet.change));
		const changes = duets.map(duet => duet.change);
		const points = first => duets.filter(duet => duet.base_first === first).map(duet => ({ x: duet.nr, y: duet.change,
			says: `duet ${duet.nr}: ${percent(duet.change)}` }));
		const range = rangeOf([...changes, ...limitsOf(it)]);
		const across = y => [{ x: 0.5, y }, { x: it.duets.length + 0.5, y }];

		return {
			title: "Head against base in each pair of processes timed in turn, in the order taken",
			words: `Changes of ${it.name} in ${duets.length} duets, from ${percent(Math.min(...changes))} to ` +
				`${percent(Math.max(...changes))}.${wordsOfLimits(it)}`,
			datasets: [
				dots("base started first", points(true), { backgroundColor: color("head"), borderColor: color("head") }),
				dots("head started first", points(false), { backgroundColor: "transparent", borderColor: color("head"),
					pointStyle: "rectRot", pointRadius: 5 }),
				...marksOf(it, (y, label, style) => [line(label, across(y), style)]),
			],
			x: {
				min: 0.5, max: it.duets.length + 0.5, grid: { display: false },
				places: it.duets.map((duet, i) => ({ value: i + 1 })).filter((place, i, every) => i % Math.ceil(every.length / 12) === 0),
			},
			y: { ...range, ticks: { maxTicksLimit: 7, callback: onAxis } },
		};
	}

	// Levels between steps and along slopes, as lines from commit to commit
	function levelsOf(history) {
		return history.changes.flatMap((change, i) => {
			const before = history.changes[i - 1];
			const start = before ? before.at : 0;

			return change.kind === "slope"
				? [[[change.at, change.before], [change.end - 1, change.after]]]
				: [[[start, change.before], [change.at - 1, change.before]], [[change.at, change.after], [change.end - 1, change.after]]];
		});
	}

	const sizeOf = change => percent(change.after / change.before - 1);

	const nameOf = change => (change.maybe ? "maybe a " : "") + change.kind;

	function plotHistory(it) {
		const { points, changes, spikes, compilers } = it.history;
		const values = points.map(point => point.value);
		const write = scaleOf(isNumber(it.limit) ? [...values, it.limit] : values, it.unit);
		const low = Math.min(...values);
		const high = Math.max(...values);
		const at = i => points[i].time.slice(0, 10) + (points[i].commit ? `, ${points[i].commit.slice(0, 7)}` : "");
		const dot = i => ({ x: i, y: values[i], says: `${at(i)}: ${write(values[i])}` });
		const told = new Set([...spikes, ...changes.map(change => change.at)]);
		const starts = kind => changes.filter(change => nameOf(change) === kind)
			.map(change => ({ ...dot(change.at), says: `${kind} of ${sizeOf(change)}, ${at(change.at)}: ${write(values[change.at])}` }));
		const marked = (label, found, style) => found.length
			? [dots(label, found, { pointRadius: 6, borderColor: color("ground"), ...style })] : [];

		return {
			title: "History, commit by commit, this run last; lines are the levels between its steps",
			words: `History of ${it.name}: ${points.length} runs from ${write(low)} to ${write(high)}.` +
				changes.map(change => ` A ${nameOf(change)} of ${sizeOf(change)} at ${at(change.at)}.`).join("") +
				spikes.map(i => ` A spike at ${at(i)}.`).join(""),
			datasets: [
				...marked("step", starts("step"), { backgroundColor: color("head"), pointStyle: "rect" }),
				...marked("maybe a step", starts("maybe a step"),
					{ backgroundColor: "transparent", borderColor: color("head"), pointStyle: "rect" }),
				...marked("slope", starts("slope"), { backgroundColor: color("head"), pointStyle: "triangle" }),
				...marked("spike", spikes.map(i => ({ ...dot(i), says: `spike, ${at(i)}: ${write(values[i])}` })),
					{ backgroundColor: "transparent", borderColor: color("text"), pointStyle: "star" }),
				dots("", points.map((point, i) => dot(i)).filter((point, i) => !told.has(i)),
					{ pointRadius: 2.5, backgroundColor: color("base"), borderColor: color("base") }),
				...levelsOf(it.history).map(ends => line("", ends.map(([x, y]) => ({ x, y })),
					{ borderColor: color("head"), borderWidth: 2 })),
				...compilers.map((i, nr) => line(nr ? "" : "another compiler", [{ x: i - 0.5, y: low }, { x: i - 0.5, y: high }],
					{ borderDash: [2, 3], borderColor: color("text") })),
				...(isNumber(it.limit) ? [line("budget", [{ x: 0, y: it.limit }, { x: points.length - 1, y: it.limit }],
					{ borderDash: [6, 4], borderColor: color("text") })] : []),
			],
			x: {
				min: -0.5, max: points.length - 0.5, grid: { display: false },
				ticks: { maxTicksLimit: 6,
					callback: i => Number.isInteger(i) && points[i] ? points[i].time.slice(0, 10) : "" },
			},
			y: { grace: "5%", ticks: { maxTicksLimit: 7, callback: value => write(value) } },
		};
	}

	function plotsOf(it) {
		const values = [...(it.base || []), ...(it.head || [])];
		const plots = [];

		if (values.length) {
			it.write = scaleOf(isNumber(it.limit) ? [...values, it.limit] : values, it.unit);
			plots.push(plotValues(it));
		}
		if (isNumber(it.change))
			plots.push(plotChange(it));
		if (it.duets && it.duets.some(duet => isNumber(duet.change)))
			plots.push(plotDuets(it));
		if (it.history)
			plots.push(plotHistory(it));
		return plots;
	}

	function plot(body) {
		const place = body.querySelector(".plots");

		if (place)
			charts.set(body, plotsOf(all[body.dataset.at]).map(what => draw(place, what)));
	}

	function clear(body) {
		for (const chart of charts.get(body) || [])
			chart.destroy();
		charts.delete(body);
		body.querySelector(".plots")?.replaceChildren();
	}

	function plotAgain() {
		for (const body of [...charts.keys()]) {
			clear(body);
			plot(body);
		}
	}

	// What people do

	function unfold(body, open) {
		if (open === body.classList.contains("open"))
			return;
		body.classList.toggle("open", open);
		body.querySelector("th.name button").setAttribute("aria-expanded", open);
		if (open)
			plot(body);
		else
			clear(body);
	}

	// A link from above leads to a row, whatever is filtered.
	function follow() {
		const body = bodies.find(body => "#" + body.id === location.hash);

		if (!body)
			return;
		body.hidden = false;
		unfold(body, true);
		body.scrollIntoView();
		body.querySelector("button").focus({ preventScroll: true });
	}

	table.addEventListener("click", event => {
		const button = event.target.closest("button");

		if (!button)
			return;
		if (button.closest("thead"))
			sortBy(button.parentElement);
		else
			unfold(button.closest("tbody"), button.getAttribute("aria-expanded") !== "true");
	});
	for (const input of document.querySelectorAll(".filters input, .filters select"))
		input.addEventListener("input", filter);
	addEventListener("hashchange", follow);
	document.addEventListener("click", event => {
		if (event.target.closest(".needs a")?.hash === location.hash)
			follow();
	});
	matchMedia("(prefers-color-scheme: dark)").addEventListener("change", plotAgain);
	for (const [happens, paper] of [["beforeprint", true], ["afterprint", false]])
		addEventListener(happens, () => {
			document.documentElement.classList.toggle("paper", paper);
			plotAgain();
		});
	filter();
	follow();
})();
