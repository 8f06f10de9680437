// The frame of the page: the tabs, and one view at a time, chosen by the address.

import {h, replace} from "../web/dom.js";
import {themeButton} from "../web/theme.js";
import {board, connect, ready, runs, watch} from "./live.js";
import {tableView} from "./table.js";
import {runView} from "./run.js";
import {compareView} from "./compare.js";
import {trainView} from "./train.js";

const views = {"/": tableView, "/run": runView, "/compare": compareView, "/train": trainView};
const main = document.getElementById("main");
let close = null; // of the present view
let shown = ""; // its path

// A view is a function of the parameters of the address. It returns its elements, and may
// return functions: update for other parameters of the same view, and close.
function show() {
	const [path, query = ""] = (location.hash.slice(1) || "/").split("?");
	if (!ready.done && !(path === "/" && runs.size > 0)) return; // the table grows while the server reads
	const parameters = new URLSearchParams(query);
	const key = path === "/run" ? path + parameters.get("id") : path;
	if (key === shown && close?.update?.(parameters)) {
		drawTabs(path);
		return;
	}
	close?.close?.();
	shown = key;
	const view = views[path] ?? notFound;
	close = view(parameters);
	replace(main, close.elements);
	document.title = close.title ? `${close.title} · Gander` : "Gander";
	drawTabs(path);
	window.scrollTo(0, 0);
}

function notFound() {
	return {title: "Not found", elements: h("div", {class: "empty"}, h("p", {}, "There is no such page."), h("a", {href: "#/"}, "All runs"))};
}

function drawTabs(path) {
	const tab = (href, text, current) => h("a", {href, "aria-current": current ? "page" : false}, text);
	replace(document.getElementById("tabs"),
		tab("#/", "Runs", path === "/" || path === "/run"),
		tab("#/compare", "Compare", path === "/compare"),
		board.training && tab("#/train", "Train", path === "/train"),
		board.play && tab("play/", "Playground", false));
}

replace(document.getElementById("theme"), themeButton());
window.addEventListener("hashchange", () => {
	show();
	main.focus({preventScroll: true});
});
watch("ready", show);
watch("change", () => { if (shown === "") show(); });
watch("board", () => drawTabs((location.hash.slice(1) || "/").split("?")[0]));
watch("link", (up) => { document.getElementById("link").hidden = up; });
connect();
