// What can be done with a run: tag, rename, delete, stop, continue.

import {announce, h, replace} from "../web/dom.js";
import {post} from "./api.js";
import {board} from "./live.js";
import {link} from "./format.js";

// toast shows a message for some seconds, with a button if there is something to do.
export function toast(text, action, run) {
	const box = document.querySelector(".toasts") ?? document.body.appendChild(h("div", {class: "toasts"}));
	const note = h("div", {class: "toast"}, text, action && h("button", {type: "button", onclick: () => { note.remove(); run(); }}, action),
		h("button", {class: "quiet", type: "button", "aria-label": "Close", onclick: () => note.remove()}, "×"));
	box.append(note);
	announce(text);
	setTimeout(() => note.remove(), 12000);
}

// attempt runs an action and shows its error.
export async function attempt(action) {
	try {
		return await action();
	} catch (error) {
		toast(error.message);
		return undefined;
	}
}

// ask opens a dialog with a form. It calls run with the form's data; an error of run stays
// in the dialog.
export function ask(title, content, verb, run, danger) {
	const problem = h("p", {class: "notice bad", role: "alert", hidden: true});
	const go = h("button", {class: danger ? "danger" : "main", type: "submit"}, verb);
	const form = h("form", {method: "dialog", class: "stack", onsubmit: async (e) => {
		e.preventDefault();
		go.disabled = true;
		try {
			await run(new FormData(form));
			dialog.close();
		} catch (error) {
			problem.textContent = error.message;
			problem.hidden = false;
		}
		go.disabled = false;
	}}, h("h2", {}, title), content, problem, h("div", {class: "row end"},
		h("button", {type: "button", onclick: () => dialog.close()}, "Cancel"), go));
	const dialog = h("dialog", {"aria-label": title, onclose: () => dialog.remove()}, form);
	document.body.append(dialog);
	dialog.showModal();
}

export function editTags(row) {
	ask(`Tags of ${row.name}`, h("label", {class: "field"}, h("span", {}, "Words, separated by commas"),
		h("input", {name: "tags", value: row.tags.join(", "), autofocus: true, maxlength: 400})), "Save", (data) =>
		post("api/tags", {id: row.id, tags: data.get("tags").split(",").map((t) => t.trim()).filter(Boolean)}));
}

export function rename(row) {
	ask(`Rename ${row.name}`, h("label", {class: "field"}, h("span", {}, "Name of the folder"),
		h("input", {name: "name", value: row.name, required: true, maxlength: 120, autofocus: true})), "Rename", async (data) => {
		const answer = await post("api/rename", {id: row.id, name: data.get("name").trim()});
		if (location.hash.startsWith("#/run")) location.hash = link(answer.id);
	});
}

export function remove(row) {
	ask(`Delete ${row.name}?`, h("p", {}, "The folder moves to the folder .trash next to the runs. It can be brought back."), "Delete", async () => {
		const answer = await post("api/delete", {id: row.id});
		if (location.hash.startsWith("#/run")) location.hash = "#/";
		toast(`${row.name} is in ${answer.trash}`, "Bring it back", () => attempt(() => post("api/restore", {trash: answer.trash, id: row.id})));
	}, true);
}

export const stop = (row) => attempt(async () => {
	await post("api/stop", {id: row.id});
	toast(`${row.name} finishes its step, saves and ends.`);
});

// proceed continues a run, perhaps to another length.
export function proceed(row) {
	const steps = row.total_steps > 0;
	const now = steps ? row.total_steps : row.total_kimg;
	const done = row.state === "finished";
	ask(done ? `Lengthen ${row.name}` : `Continue ${row.name}`, [
		h("label", {class: "field"}, h("span", {}, steps ? "Length in steps" : "Length in kimg"),
			h("input", {name: "length", type: "number", min: steps ? row.step + 1 : row.kimg, step: "any", required: true, value: done ? now * 2 : now})),
		h("label", {class: "field"}, h("span", {}, "Threads"), h("input", {name: "threads", type: "number", min: 1, max: 1024, placeholder: "all"})),
	], done ? "Lengthen" : "Continue", async (data) => {
		const length = Number(data.get("length"));
		const request = {id: row.id, threads: Number(data.get("threads") || 0)};
		if (length !== now) request[steps ? "steps" : "kimg"] = length;
		await post("api/resume", request);
		toast(`${row.name} continues. Its first tick comes in a moment.`);
	});
}

// runMenu returns the button that opens the list of actions of a run.
export function runMenu(row) {
	const actions = [
		["Tags", () => editTags(row)],
		row.state !== "training" && ["Rename", () => rename(row)],
		board.training && row.state === "training" && ["Stop", () => stop(row)],
		board.training && row.state !== "training" && row.state !== "unreadable" && [row.state === "finished" ? "Lengthen" : "Continue", () => proceed(row)],
		row.state !== "training" && ["Delete", () => remove(row)],
	].filter(Boolean);
	const id = `menu-${++menus}`;
	const list = h("div", {class: "menu", id, popover: "auto"}, actions.map(([text, run]) => h("button", {type: "button", class: "quiet", onclick: () => { list.hidePopover(); run(); }}, text)));
	const button = h("button", {type: "button", class: "quiet icon", "data-key": "menu", "aria-label": `Actions for ${row.name}`, popovertarget: id}, "⋯");
	list.addEventListener("toggle", (e) => {
		if (e.newState !== "open") return;
		const at = button.getBoundingClientRect();
		list.style.top = `${Math.min(at.bottom + 4, innerHeight - list.offsetHeight - 8)}px`;
		list.style.left = `${Math.max(8, Math.min(at.right - list.offsetWidth, innerWidth - list.offsetWidth - 8))}px`;
		list.querySelector("button")?.focus();
	});
	return h("div", {class: "menubox"}, button, list);
}
let menus = 0;

// actionButtons returns the main actions of a run for its own page.
export function actionButtons(box, row) {
	replace(box,
		board.training && row.state === "training" && h("button", {type: "button", onclick: () => stop(row)}, "Stop"),
		board.training && row.state !== "training" && row.state !== "unreadable" &&
			h("button", {type: "button", class: row.state === "finished" ? "" : "main", onclick: () => proceed(row)}, row.state === "finished" ? "Lengthen" : "Continue"),
		h("a", {class: "button", href: `#/compare?${new URLSearchParams({id: row.id})}`}, "Compare"),
		runMenu(row));
}
