// SPDX-License-Identifier: GPL-3.0-or-later
// Why benchmarks of a run changed, and what it keeps as files.
"use strict";

// A static site has it of runs of which it has the levels.
const whyOf = async (runs, run) => run.explained && hasKept(runs, run, nrLevels) ? (await load(`explained/${run.number}`)).benchmarks : [];

const foldedText = (title, text) => text && el("details", {}, el("summary", {}, title), el("pre", { tabindex: "0" }, text.replace(/^\n+|\n+$/g, "")));

// The graph is drawn when the section is in the page, and has a width.
function flameOf({ benchmark, explained }) {
	const { summary, cause, left_out: left, base, head, tool } = explained;
	const section = el("section", { class: "flame" }, el("h3", {}, benchmark), el("p", {}, el("b", {}, summary), cause && `; ${cause}`),
		el("p", { class: "dim" }, [`Base: ${base}, head: ${head}`, tool, left > 0 && `${left} stacks of less than a thousandth of it are part of their callers`].filter(Boolean).join("; ")));

	document.getElementById("content").addEventListener("shown", () => section.isConnected && drawFlame(section, explained), { once: true });
	return [section, foldedText(`All that was found of ${benchmark}`, explained.report), foldedText(`Machine code of ${explained.function}`, explained.code)];
}

const whySection = why => why.length > 0 && el("section", {}, el("h2", {}, "Why it changed"), why.map(flameOf));

// --- what the run keeps ---

// Of a server it is asked for as the rest is, by who may.
async function saveFile(path, name) {
	const link = el("a", { href: URL.createObjectURL(await (await ask(path)).blob()), download: name });

	link.click();
	URL.revokeObjectURL(link.href);
}

const fileLink = (title, path, name) => isLive ? el("button", { type: "button", class: "quiet", click: () => saveFile(path, name) }, title) : el("a", { href: path, download: name }, title);

function profileLinks(it) {
	const files = [["What was found, in words", ".txt"], ["Stacks, for flamegraph.pl", ".stacks.txt"], ["Stacks, for speedscope", ".speedscope.json"]];

	return files.map(([title, suffix]) => fileLink(title, `profiles/${it.number}${suffix}`, `${it.id}${suffix}`));
}

// A foreign address may be anything.
const jobLink = url => /^https?:\/\//.test(url ?? "") && el("a", { href: url, rel: "noreferrer" }, "The CI job, with what it keeps");

// Its verdict against the run before it, where there is one.
const reportCommand = (it, before) => before?.whole ? `benchgate compare ${before.id} ${it.id} --from-history --db benchmarks.db --report html=report.html`
	: "benchgate report result.json --report html=report.html";

function artefacts(run, it, before, why) {
	const links = [it.whole && isLive && fileLink("Result file", `runs/${it.id}/file`, `${it.id}.json`), ...(why.length ? profileLinks(it) : []), jobLink(run.ci_job)].filter(Boolean);

	return it.whole && el("section", {}, el("h2", {}, "What it keeps"), links.length > 0 && el("ul", { class: "kept" }, links.map(link => el("li", {}, link))),
		el("p", { class: "dim" }, "Its result file, and its report:"),
		copyable(`benchgate history show ${it.id} --out result.json --db benchmarks.db`), copyable(reportCommand(it, before)));
}
