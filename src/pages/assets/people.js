// SPDX-License-Identifier: GPL-3.0-or-later
// Who one is, and what people write: notes on commits, views that are kept, what becomes of an alert. Everybody who may read
// sees them, in a static site too; a server takes new ones from who has a token that may write.
"use strict";

const roles = ["none", "read", "write", "admin"];
const alertStates = ["open", "acknowledged", "accepted", "fixed"];
let me = { name: null, role: "none" };
let meAsked;

const mayWrite = () => isLive && roles.indexOf(me.role) >= roles.indexOf("write");
const mayRemove = note => mayWrite() && (me.role === "admin" || note.author === me.name);

// Who the server says one is: asked for once, and again with another token.
function loadMe() {
	meAsked ??= isLive ? ask("me").then(answer => answer.json()).catch(error => ({ name: null, role: error.status === 401 ? "none" : "read" })).then(said => { me = said; }) : Promise.resolve();
	return meAsked;
}

function showMe() {
	if (!isLive)
		return;
	const { page, query } = address();
	const keeps = mayWrite() && !["live", "missing"].includes(page);

	document.querySelector("header .me").replaceChildren(
		...(keeps ? [el("button", { type: "button", class: "quiet", click: () => keepView(page, query) }, "Keep this view")] : []),
		el("button", { type: "button", class: "quiet", click: () => enterToken() }, me.name ? `${me.name} (${me.role})` : "Sign in"));
}

// --- forms ---

// A dialog; `send` is given the values of its fields, and an error of it is shown there.
function openForm({ title, lead, fields = [], button, others = [], send }) {
	const wrong = el("p", { class: "warn", role: "alert", hidden: true });
	const submit = el("button", { type: "submit" }, button);
	const form = el("form", { submit: async event => {
		event.preventDefault();
		submit.disabled = true;
		wrong.hidden = true;
		try {
			await send(Object.fromEntries(new FormData(form)));
			dialog.close();
		} catch (error) {
			wrong.textContent = error.message;
			wrong.hidden = false;
		}
		submit.disabled = false;
	} }, el("h2", { id: "form-title" }, title), lead && el("p", { class: "dim" }, lead), fields, wrong,
	el("p", { class: "actions" }, submit, others.map(([text, act]) => el("button", { type: "button", class: "quiet", click: () => { act(); dialog.close(); } }, text)),
		el("button", { type: "button", class: "quiet", click: () => dialog.close() }, "Cancel")));
	const dialog = el("dialog", { "aria-labelledby": "form-title", close: () => dialog.remove() }, form);

	document.body.append(dialog);
	dialog.showModal();
	form.querySelector("input, textarea, select")?.focus();
}

const field = (label, input) => el("label", {}, el("span", {}, label), input);

async function became(by) {
	token.set(by);
	meAsked = undefined;
	documents.clear();
	runIndex = undefined;
	listenAgain();
	await show(true);
}

function enterToken() {
	openForm({
		title: me.name ? `You are ${me.name}, and may ${me.role === "admin" ? "do everything" : me.role === "write" ? "read and write" : "read"}` : "Sign in",
		lead: "The token is kept until this tab is closed.",
		fields: [field("Token", el("input", { name: "token", type: "password", required: true, autocomplete: "off", spellcheck: "false", maxlength: 200 }))],
		button: me.name ? "Use this one instead" : "Sign in",
		others: me.name ? [["Sign out", () => became(null)]] : [],
		// First, whether it is valid: a wrong one is never kept.
		async send({ token: by }) {
			await ask("me", { by: by.trim() });
			await became(by.trim());
		},
	});
}

// --- notes ---

// Notes of one kind, the newest first.
const loadNotes = async kind => (await load("notes")).notes.filter(note => note.kind === kind).reverse();

function notesChanged() {
	documents.delete("notes");
	return show(true);
}

async function write(path, body) {
	await ask(path, { method: "POST", body });
	await notesChanged();
}

// Does a note belong to this series? One that names no benchmark is on the commit as a whole.
const isNoteOn = (note, one) => (!note.benchmark || note.benchmark === one.benchmark) && (!note.metric || note.metric === one.metric);

// abouts: what a note may be on: [title, members that say so]
function writeNote(commit, abouts, commits = []) {
	openForm({
		title: "Write a note",
		lead: "Everybody who reads these pages sees it, with your name.",
		fields: [
			field("Commit", el("input", { name: "commit", required: true, value: commit ?? "", list: commits.length ? "commits" : null, maxlength: 64, autocomplete: "off", spellcheck: "false" })),
			commits.length > 0 && el("datalist", { id: "commits" }, commits.slice(-200).reverse().map(one => el("option", { value: one.commit }, one.subject ?? ""))),
			abouts.length > 1 && field("About", el("select", { name: "about" }, options(abouts.map(([title], at) => [String(at), title]), "0"))),
			field("Note", el("textarea", { name: "text", required: true, rows: 4, maxlength: 2000 })),
		],
		button: "Save",
		send: ({ commit: on, about = 0, text }) => write("annotations", { commit: on.trim(), text: text.trim(), ...abouts[about][1] }),
	});
}

function removable(note, kind, name) {
	return mayRemove(note) && el("button", { type: "button", class: "quiet", "aria-label": `Remove ${name}`, click: () => openForm({
		title: "Remove this?", lead: note.text, button: "Remove",
		async send() {
			await ask(`${kind}/${note.id}`, { method: "DELETE" });
			await notesChanged();
		},
	}) }, "Remove");
}

const noteBy = note => [note.author, moment(note.time)].filter(Boolean).join(", ");

// runOf: the run of a commit, or nothing
const noteItem = (note, runOf) => el("li", {},
	el("p", { class: "said" }, note.text ?? ""),
	el("p", { class: "dim" }, noteBy(note), ". ", note.commit && ["On ", runOf(note.commit) ? el("a", { href: runHash(runOf(note.commit).number) }, short(note.commit)) : short(note.commit),
		note.benchmark && ` for ${[note.benchmark, note.metric !== "time" && note.metric].filter(Boolean).join(" ")}`, ". "], removable(note, "annotations", `the note of ${noteBy(note)}`)));

function noteSection(notes, runs, add) {
	const byCommit = new Map([...runs.values()].map(run => [run.commit, run]));

	return (notes.length > 0 || mayWrite()) && el("section", {}, el("h2", {}, "Notes"),
		notes.length > 0 && el("ul", { class: "notes" }, notes.map(note => noteItem(note, commit => byCommit.get(commit)))),
		mayWrite() && el("p", {}, el("button", { type: "button", click: add }, "Write a note")));
}

// --- bookmarks ---

function keepView(page, query) {
	openForm({
		title: "Keep this view",
		lead: "It is listed on the overview, for everybody.",
		fields: [field("Name", el("input", { name: "text", required: true, maxlength: 200, autocomplete: "off", value: document.querySelector("h1")?.textContent ?? "" }))],
		button: "Save",
		send: ({ text }) => write("bookmarks", { text: text.trim(), view: `#/${page}${String(query) && "?"}${query}` }),
	});
}

// A view is an address of these pages, whoever wrote it.
const keptViews = bookmarks => bookmarks.length > 0 && el("ul", { class: "kept", "aria-label": "Views that are kept" },
	bookmarks.filter(one => one.view?.startsWith("#/")).map(one => el("li", {}, el("a", { href: one.view, title: noteBy(one) }, one.text || one.view), " ", removable(one, "bookmarks", one.text || one.view))));

// --- alerts ---

// The newest note on each alert, by its id.
async function loadAlertNotes() {
	const byAlert = new Map();

	for (const note of await loadNotes("alert"))
		if (!byAlert.has(note.alert))
			byAlert.set(note.alert, note);
	return byAlert;
}

function setAlert(row, note) {
	openForm({
		title: `${titleOf(row)}, ${percent(row.change_percent)}`,
		lead: note ? `${note.state} since ${moment(note.time)}, by ${note.author ?? "somebody"}` : "Nobody has said yet what becomes of it.",
		fields: [
			el("fieldset", {}, el("legend", {}, "State"), alertStates.map(state => el("label", {},
				el("input", { type: "radio", name: "state", value: state, checked: state === (note?.state ?? "open") }), ` ${state}`))),
			field("Comment", el("textarea", { name: "text", rows: 3, maxlength: 2000 }, note?.text ?? "")),
		],
		button: "Save",
		send: ({ state, text }) => write(`alerts/${row.alert}`, { state, ...(text.trim() ? { text: text.trim() } : {}) }),
	});
}

// What becomes of an alert: its state, a button for who may change it; and what was said of it.
function alertMark(row, notes) {
	const note = row.alert && notes.get(row.alert);
	const state = note?.state ?? "open";

	return row.alert ? [mayWrite() ? el("button", { type: "button", class: "quiet state-button", "aria-label": `${state}: say what becomes of ${titleOf(row)}`, click: () => setAlert(row, note) }, state)
		: el("span", {}, state), note?.text && el("span", { class: "comment dim", title: noteBy(note) }, note.text)] : "";
}
