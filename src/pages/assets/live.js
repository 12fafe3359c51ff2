// SPDX-License-Identifier: GPL-3.0-or-later
// What a server tells while the pages are open: runs that are being measured, in a line each above the page; and that the
// history has something new, which the page then shows at once.
"use strict";

const liveRuns = new Map();

function liveLine({ said }) {
	const where = [said.branch, said.commit?.slice(0, 10)].filter(Boolean).join(", ");
	const done = said.done === undefined ? "" : `${said.done} of ${said.all} processes, now ${said.name}`;

	return el("p", {}, `Being measured${where ? ` (${where})` : ""}`, done && ": ", done,
		said.all > 0 && said.done !== undefined && el("progress", { max: said.all, value: said.done, "aria-label": "progress" }));
}

function showLive() {
	const strip = document.getElementById("live") ?? el("aside", { id: "live", "aria-label": "Runs that are being measured" });

	strip.replaceChildren(...[...liveRuns.values()].map(liveLine));
	strip.hidden = !liveRuns.size;
	document.getElementById("content").before(strip);
}

function takeLive({ run, said }) {
	if (said.event === "end")
		liveRuns.delete(run);
	else
		liveRuns.set(run, { said: { ...liveRuns.get(run)?.said, ...said } });
	showLive();
}

let reloading;

// Several runs at once are one reason to load.
function loadAgain() {
	clearTimeout(reloading);
	reloading = setTimeout(() => {
		documents.clear();
		runIndex = undefined;
		show();
	}, 500);
}

if (isLive) {
	const events = new EventSource("api/v1/events");

	events.addEventListener("live", event => takeLive(JSON.parse(event.data)));
	for (const type of ["run", "alert", "reload"])
		events.addEventListener(type, loadAgain);
}
