// The rows of all runs, kept equal to those of the server by its events.

export const runs = new Map(); // by id
export const board = {dir: "", first: "", training: false, play: false};
export let notes = [];

// events are "change" with the ids of rows that are new, other or gone, "board", "notes",
// and "link" with whether the server can be reached.
export const events = new EventTarget();

function tell(name, detail) {
	events.dispatchEvent(new CustomEvent(name, {detail}));
}

// connect opens the stream of events. A browser opens it again when it breaks; the server
// then sends all rows once more.
export function connect() {
	const source = new EventSource("api/events");
	let seen = new Set(); // ids since the stream was opened
	source.addEventListener("open", () => {
		seen = new Set();
		tell("link", true);
	});
	source.addEventListener("error", () => {
		tell("link", false);
		if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
	});
	source.addEventListener("board", (e) => {
		Object.assign(board, JSON.parse(e.data));
		tell("board");
	});
	source.addEventListener("runs", (e) => {
		const rows = JSON.parse(e.data);
		for (const row of rows) {
			runs.set(row.id, row);
			seen.add(row.id);
		}
		tell("change", rows.map((row) => row.id));
	});
	source.addEventListener("gone", (e) => remove(JSON.parse(e.data)));
	source.addEventListener("notes", (e) => {
		notes = JSON.parse(e.data) ?? [];
		tell("notes");
	});
	source.addEventListener("ready", () => {
		remove([...runs.keys()].filter((id) => !seen.has(id)));
		ready.done = true;
		tell("ready");
	});
}

// ready.done says whether the first rows have come.
export const ready = {done: false};

function remove(ids) {
	for (const id of ids) runs.delete(id);
	if (ids.length) tell("change", ids);
}

// watch calls f at each change of the rows until the returned function is called.
export function watch(name, f) {
	const listener = (e) => f(e.detail);
	events.addEventListener(name, listener);
	return () => events.removeEventListener(name, listener);
}
