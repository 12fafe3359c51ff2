"use strict";
// Draws a tree of stacks: the benchmark on top, a function below the one that called it, as wide as it costs on the side
// that is chosen, colored by its change from base to head. The HTML report and the web pages draw with this.

// From the lists of the result file: {unit, functions, files, stacks: {function, parent, base, head}}; costs there are a
// stack's own.
function flameTree({ functions, files, stacks }) {
	const nodes = stacks.function.map((at, i) => ({ n: functions[at], f: files[at], b: stacks.base[i], h: stacks.head[i], c: [], parent: null }));

	for (let i = nodes.length - 1; i > 0; i--) {
		const node = nodes[i], parent = nodes[stacks.parent[i]];
		parent.b += node.b;
		parent.h += node.h;
		parent.c.push(node);
		node.parent = parent;
	}
	nodes.forEach(node => node.c.sort((a, b) => a.n < b.n ? -1 : 1));
	return nodes[0];
}

function drawFlame(section, data) {
	const ROW = 20, LEAST = 1.5;
	const root = flameTree(data), unit = data.unit;
	let side = root.h >= root.b ? "h" : "b", zoomed = root, wanted = "", chosen = root, width = 0;
	const make = (name, parent, text) => {
		const element = document.createElement(name);
		if (text)
			element.textContent = text;
		parent.append(element);
		return element;
	};
	const makeButton = (parent, text, click) => {
		const button = make("button", parent, text);
		button.type = "button";
		button.onclick = click;
		return button;
	};

	const bar = make("div", section), search = make("input", bar);
	bar.className = "flame-bar";
	search.type = "search";
	search.placeholder = "search ( / )";
	search.setAttribute("aria-label", "Search for a function");
	const sides = [["b", "as wide as in base"], ["h", "as wide as in head"]].map(([key, text]) =>
		[key, makeButton(bar, text, () => { side = key; draw(); })]);
	makeButton(bar, "whole graph (Esc)", () => zoom(root));
	const key = make("span", bar);
	key.className = "key";
	[[0.5, "more in head"], [0, "the same"], [-0.5, "less"]].forEach(([size, text]) => {
		paint(make("span", key), size);
		key.append(text);
	});
	const told = make("p", section), graph = make("div", section);
	told.className = "told";
	told.setAttribute("aria-live", "polite");
	graph.className = "graph";
	graph.setAttribute("role", "tree");
	graph.setAttribute("aria-label", "Flame graph; arrow keys move, Enter zooms, Escape shows the whole graph");

	function paint(box, change) {
		const size = Math.min(1, Math.abs(change));
		box.classList.toggle("more", size >= 0.005 && change > 0);
		box.classList.toggle("less", size >= 0.005 && change < 0);
		box.style.setProperty("--size", size.toFixed(3));
	}
	function number(value) {
		return value < 1000 ? String(+value.toPrecision(4)) : Math.round(value).toLocaleString("en");
	}
	// Of the whole: what a function's own change does to the benchmark.
	function change(node) {
		return node.b || node.h ? (node.h - node.b) / Math.max(node.b, node.h) : 0;
	}
	function tell(node) {
		const difference = node.h - node.b, whole = root.h - root.b;
		told.textContent = `${node.n}${node.f ? " (" + node.f + ")" : ""}: ${number(node.b)} \u2192 ${number(node.h)} ${unit} an iteration` +
			(node.b && node.h ? `, ${difference < 0 ? "" : "+"}${(100 * difference / node.b).toPrecision(3)} %` : node.h ? ", new" : ", gone") +
			(whole ? `; ${(100 * difference / whole).toFixed(0)} % of the change` : "");
	}
	function hits(node) {
		return wanted && node.n.toLowerCase().includes(wanted);
	}
	// left and part are of the whole width, so that paper has room for it, too.
	function put(node, left, part, depth, isPath) {
		const box = make("div", graph, part * width > 24 ? node.n : "");
		box.style.left = 100 * left + "%";
		box.style.top = depth * ROW + "px";
		box.style.width = 100 * part + "%";
		paint(box, change(node));
		box.title = node.n;
		box.tabIndex = node === chosen ? 0 : -1;
		box.setAttribute("role", "treeitem");
		box.setAttribute("aria-level", depth + 1);
		box.setAttribute("aria-label", node.n);
		box.classList.toggle("path", isPath);
		box.classList.toggle("found", Boolean(hits(node)));
		box.onclick = () => { chosen = node; zoom(node); };
		box.onfocus = () => { chosen = node; tell(node); };
		box.onmouseenter = () => tell(node);
		node.box = box;
		return depth + 1;
	}
	function descend(node, left, part, depth) {
		let deepest = put(node, left, part, depth, false);
		if (!node[side])
			return deepest;
		node.c.forEach(child => {
			const share = part * child[side] / node[side];
			if (share * width >= LEAST)
				deepest = Math.max(deepest, descend(child, left, share, depth + 1));
			left += share;
		});
		return deepest;
	}
	function draw() {
		const path = [];
		width = graph.clientWidth;
		(function forget(node) { node.box = null; node.c.forEach(forget); })(root);
		graph.textContent = "";
		for (let node = zoomed.parent; node; node = node.parent)
			path.unshift(node);
		path.forEach((node, depth) => put(node, 0, 1, depth, true));
		graph.style.height = descend(zoomed, 0, 1, path.length) * ROW + "px";
		sides.forEach(([name, button]) => button.setAttribute("aria-pressed", name === side));
		if (!chosen.box)
			chosen = zoomed;
		chosen.box.tabIndex = 0;
		tell(chosen);
	}
	function zoom(node) {
		const focused = graph.contains(document.activeElement);
		zoomed = node;
		draw();
		if (focused)
			chosen.box.focus();
	}
	function look() {
		let nr = 0, b = 0, h = 0;
		wanted = search.value.trim().toLowerCase();
		draw();
		// Of nested hits the outermost has all.
		(function count(node, inside) {
			const hit = hits(node);
			nr += hit ? 1 : 0;
			if (hit && !inside) {
				b += node.b;
				h += node.h;
			}
			node.c.forEach(child => count(child, inside || hit));
		})(root, false);
		if (wanted)
			told.textContent = `${nr} found: ${number(b)} \u2192 ${number(h)} ${unit} an iteration` +
				(root[side] ? `, ${(100 * (side === "h" ? h : b) / root[side]).toFixed(1)} % of it all` : "");
	}
	function step(node, by) {
		const siblings = (node.parent ? node.parent.c : [node]).filter(it => it.box);
		return siblings[siblings.indexOf(node) + by];
	}
	graph.onkeydown = event => {
		const to = { ArrowDown: () => chosen.c.filter(it => it.box).sort((a, b) => b[side] - a[side])[0],
			ArrowUp: () => chosen.parent, ArrowLeft: () => step(chosen, -1), ArrowRight: () => step(chosen, 1),
			Home: () => root }[event.key];
		if (event.key === "Enter" || event.key === " ") {
			zoom(chosen);
		} else if (event.key === "Escape") {
			zoom(root);
		} else if (to) {
			const node = to();
			if (node && node.box) {
				chosen.box.tabIndex = -1;
				chosen = node;
				node.box.tabIndex = 0;
				node.box.focus();
			}
		} else {
			return;
		}
		event.preventDefault();
	};
	search.oninput = look;
	search.onkeydown = event => {
		if (event.key === "Escape") {
			search.value = "";
			look();
		}
	};
	// What is drawn depends on the width alone, which a section that is folded or not in the page yet does not have.
	new ResizeObserver(() => graph.clientWidth !== width && draw()).observe(graph);
	draw();
}

// Of a page that has the lists in it.
function drawFlames() {
	document.querySelectorAll("section.flame").forEach(section => drawFlame(section, JSON.parse(section.querySelector("script").textContent)));
}

document.addEventListener("keydown", event => {
	const search = document.querySelector("section.flame input");
	if (event.key === "/" && search && !event.target.closest("input, textarea, select")) {
		search.focus();
		event.preventDefault();
	}
});
