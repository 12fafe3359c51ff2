// SPDX-License-Identifier: GPL-3.0-or-later
// Moving and zooming a chart along its commits: by mouse, wheel, fingers, keys and buttons. A series with too many points
// shows neighbours as one, and its points once they have room.
"use strict";

// As the server and the site cut them.
const chunkPoints = 4096;
const mostInSlice = 8 * chunkPoints;
const leastSpan = 4;

// The points of a series in the chunks from one place to another.
async function loadSlice(part, from, to) {
	const first = Math.floor(Math.max(0, from) / chunkPoints), last = Math.floor(Math.min(part.nr_points - 1, to) / chunkPoints);
	const chunks = await Promise.all(Array.from({ length: last - first + 1 }, (none, at) => load(`points/${part.series}-${first + at}`)));

	return { from: first * chunkPoints, ...Object.fromEntries(["run", "value", "error_percent"].map(name => [name, chunks.flatMap(chunk => chunk[name])])) };
}

const wholePart = async part => part.points.width > 1 ? { ...part, points: await loadSlice(part, 0, part.nr_points - 1) } : part;

// settled(min, max) is told where the reader stops; again(slice) puts other points into the chart.
function zooms(chart, settled, again) {
	let u, wanted = null, frame, timer, isReady = false, loading = null;
	const last = () => chart.end + chart.open.length - 1;
	const view = () => wanted ?? [u.scales.x.min, u.scales.x.max];
	const scale = () => (view()[1] - view()[0]) / u.over.clientWidth;
	const has = (slice, min, max) => slice && slice.from <= Math.max(0, min) && slice.from + slice.run.length >= Math.min(chart.end, max);

	function put(slice) {
		again(slice);
		u.setData(chart.data, false);
	}
	// Finer points where they have room, and are there; else those that are everywhere.
	function refine(min, max) {
		if (!chart.isThinned || has(chart.slice, min, max))
			return;
		if (max - min > Math.min(mostInSlice / 2, chart.parts[0].points.width * u.over.clientWidth)) {
			if (chart.slice)
				put(null);
			return;
		}
		if (chart.slice)
			put(null);
		if (loading)
			return;
		loading = loadSlice(chart.parts[0], min - (max - min) / 2, max + (max - min) / 2).then(slice => {
			loading = null;
			if (!u || !has(slice, ...view()))
				return;
			put(slice);
			go(...view());
		}, () => { loading = null; });
	}
	function go(min, max) {
		const span = Math.min(last(), Math.max(leastSpan, max - min)), middle = (min + max) / 2;
		const from = Math.max(0, Math.min(last() - span, middle - span / 2));

		wanted = [from, from + span];
		frame ??= requestAnimationFrame(() => {
			const [low, high] = wanted;

			frame = undefined;
			refine(low, high);
			u.setScale("x", { min: low, max: high });
			wanted = null;
		});
	}
	function by(factor, x = (view()[0] + view()[1]) / 2) {
		const [min, max] = view();

		if (Number.isFinite(factor))
			go(x - (x - min) * factor, x + (max - x) * factor);
		else
			go(0, last());
	}
	const move = pixels => go(view()[0] + pixels * scale(), view()[1] + pixels * scale());
	const placeAt = event => u.posToVal(event.clientX - u.over.getBoundingClientRect().left, "x");

	function wheel(event) {
		if (event.ctrlKey || event.metaKey)
			by(Math.exp(event.deltaY / 250), placeAt(event));
		else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
			move(event.deltaX || event.deltaY);
		else
			return;
		event.preventDefault();
	}
	// One finger moves, two zoom; with Shift the mouse moves.
	const fingers = new Map();

	function touch(event) {
		const had = fingers.get(event.pointerId), others = [...fingers].filter(([id]) => id !== event.pointerId);

		if (!had)
			return;
		if (others.length) {
			const wide = Math.max(10, Math.abs(event.clientX - others[0][1])), was = Math.max(10, Math.abs(had - others[0][1]));

			by(was / wide, placeAt({ clientX: (event.clientX + others[0][1]) / 2 }));
		} else {
			move(had - event.clientX);
		}
		fingers.set(event.pointerId, event.clientX);
	}
	function press(event) {
		if (event.pointerType !== "touch" && !event.shiftKey)
			return;
		fingers.set(event.pointerId, event.clientX);
		u.over.setPointerCapture(event.pointerId);
	}
	const lift = event => fingers.delete(event.pointerId);

	return {
		last, by,
		bind: {
			dblclick: () => () => by(Infinity),
			mousedown: (chart, target, handle) => event => event.shiftKey ? null : handle(event),
		},
		init(chart) {
			u = chart;
			u.over.addEventListener("wheel", wheel, { passive: false });
			u.over.addEventListener("pointerdown", press);
			u.over.addEventListener("pointermove", touch);
			u.over.addEventListener("pointerup", lift);
			u.over.addEventListener("pointercancel", lift);
			queueMicrotask(() => { isReady = true; });
		},
		// Of whoever set it.
		scaled() {
			clearTimeout(timer);
			if (isReady)
				timer = setTimeout(() => {
					refine(...view());
					settled(...view());
				}, 120);
		},
		start(from, to) {
			isReady = true;
			go(from, to);
		},
		key(event) {
			const act = event.shiftKey && { ArrowLeft: () => move(-100), ArrowRight: () => move(100) }[event.key] ||
				{ "+": () => by(.5), "=": () => by(.5), "-": () => by(2), 0: () => by(Infinity) }[event.key];

			if (!act || event.ctrlKey || event.metaKey || event.altKey)
				return false;
			act();
			event.preventDefault();
			return true;
		},
		end() {
			clearTimeout(timer);
			cancelAnimationFrame(frame);
			u = null;
		},
	};
}
