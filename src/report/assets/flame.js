"use strict";
// Draws each section's tree: the root on top, a child below its parent, as wide as it costs on the side that is chosen,
// colored by its change from base to head.
document.querySelectorAll("section.flame").forEach(section => {
	const ROW = 20, LEAST = 1.5;
	const [root, unit] = JSON.parse(section.querySelector("script").textContent);
	const dark = matchMedia("(prefers-color-scheme: dark)");
	let side = root.h >= root.b ? "h" : "b", zoomed = root, wanted = "", chosen = root;
	const make = (name, parent, text) => {
		const element = document.createElement(name);
		if (text)
			element.textContent = text;
		parent.append(element);
		return element;
	};
	(function link(node, parent) {
		node.parent = parent;
		(node.c || []).sort((a, b) => a.n < b.n ? -1 : 1).forEach(child => link(child, node));
	})(root, null);

	const bar = make("div", section), search = make("input", bar);
	bar.className = "flame-bar";
	search.type = "search";
	search.placeholder = "search ( / )";
	search.setAttribute("aria-label", "Search for a function");
	const sides = [["b", "as wide as in base"], ["h", "as wide as in head"]].map(([key, text]) => {
		const button = make("button", bar, text);
		button.onclick = () => { side = key; draw(); };
		return [key, button];
	});
	const reset = make("button", bar, "whole graph (Esc)");
	reset.onclick = () => zoom(root);
	const key = make("span", bar);
	key.className = "key";
	[[0.5, "more in head"], [0, "the same"], [-0.5, "less"]].forEach(([change, text]) => {
		make("span", key).style.background = color(change);
		key.append(text);
	});
	const told = make("p", section), graph = make("div", section);
	told.className = "told";
	told.setAttribute("aria-live", "polite");
	graph.className = "graph";
	graph.setAttribute("role", "tree");
	graph.setAttribute("aria-label", "Flame graph; arrow keys move, Enter zooms, Escape shows the whole graph");

	function color(change) {
		const size = Math.min(1, Math.abs(change)), light = dark.matches ? 30 + 12 * size : 88 - 26 * size;
		return size < 0.005 ? "var(--same)" : `hsl(${change > 0 ? 8 : 212} ${30 + 55 * size}% ${light}%)`;
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
	function put(node, left, width, depth, isPath) {
		const box = make("div", graph, width > 24 ? node.n : "");
		box.style.left = left + "px";
		box.style.top = depth * ROW + "px";
		box.style.width = Math.max(width, 1) + "px";
		box.style.background = color(change(node));
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
	function descend(node, left, width, depth) {
		let deepest = put(node, left, width, depth, false);
		if (!node[side])
			return deepest;
		(node.c || []).forEach(child => {
			const part = width * child[side] / node[side];
			if (part >= LEAST)
				deepest = Math.max(deepest, descend(child, left, part, depth + 1));
			left += part;
		});
		return deepest;
	}
	function draw() {
		const path = [], width = graph.clientWidth;
		(function forget(node) { node.box = null; (node.c || []).forEach(forget); })(root);
		graph.textContent = "";
		for (let node = zoomed.parent; node; node = node.parent)
			path.unshift(node);
		path.forEach((node, depth) => put(node, 0, width, depth, true));
		graph.style.height = descend(zoomed, 0, width, path.length) * ROW + "px";
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
			(node.c || []).forEach(child => count(child, inside || hit));
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
		const to = { ArrowDown: () => (chosen.c || []).filter(it => it.box).sort((a, b) => b[side] - a[side])[0],
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
	document.addEventListener("keydown", event => {
		if (event.key === "/" && event.target.tagName !== "INPUT" && section === document.querySelector("section.flame")) {
			search.focus();
			event.preventDefault();
		}
	});
	addEventListener("resize", draw);
	dark.addEventListener("change", draw);
	draw();
});
